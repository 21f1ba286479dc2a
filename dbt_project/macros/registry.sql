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

{#- The number of 60 bits by which the registry of keys knows a row of an extract in a role: of its record key, turned by a
    number of the extract and role. -#}
{% macro person_member_number(extract, role) -%}
    {{ bits_of_either(
        record_number('record_key'), 'cast(' ~ local_md5(extract ~ '/' ~ role)[:15] | int(base=16) ~ ' as bigint)'
    ) }}
{%- endmacro %}
