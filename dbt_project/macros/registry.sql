{#- What the registry of person keys needs: numbers of rows that stay the same in every version of every engine. -#}

{#- The first 60 bits of the hash in a record key ('k:' or 'v:' and a hash in hexadecimal digits), as a whole number. -#}
{% macro record_number(record_key) -%}
    {{ return(adapter.dispatch('record_number')(record_key)) }}
{%- endmacro %}

{% macro default__record_number(record_key) -%}
    cast(conv(substr({{ record_key }}, 3, 15), 16, 10) as bigint)
{%- endmacro %}

{% macro duckdb__record_number(record_key) -%}
    cast('0x' || substr({{ record_key }}, 3, 15) as bigint)
{%- endmacro %}

{#- Bits that stand in one of two whole numbers only. -#}
{% macro bits_of_either(left, right) -%}
    {{ return(adapter.dispatch('bits_of_either')(left, right)) }}
{%- endmacro %}

{% macro default__bits_of_either(left, right) -%}
    ({{ left }} ^ {{ right }})
{%- endmacro %}

{% macro duckdb__bits_of_either(left, right) -%}
    xor({{ left }}, {{ right }})
{%- endmacro %}

{#- Every extract and role that names people, with a number of 60 bits of its own: rows extract, role, source_number. -#}
{% macro person_sources() -%}
    {% set branches = [] %}
    {% for contract in contracts() %}
    {% for role in person_roles(contract) %}
    {% do branches.append(1) %}
    {{ 'union all' if branches | length > 1 }}
    select
        cast('{{ contract.id }}' as varchar) as extract,
        cast('{{ role }}' as varchar) as role,
        cast({{ local_md5(contract.id ~ '/' ~ role)[:15] | int(base=16) }} as bigint) as source_number
    {% endfor %}
    {% endfor %}
{%- endmacro %}
