{#- Numbers that stand for rows and texts inside the warehouse. -#}

{#- A 64-bit key of where something stood, ending in a number; for joins inside the warehouse, never kept beyond it.
    Quick, but DuckDB's hash gives one key to different texts (34 pairs in 30 million addresses): texts take text_key. -#}
{% macro row_key(columns) -%}
    {{ return(adapter.dispatch('row_key')(columns)) }}
{%- endmacro %}

{% macro default__row_key(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}

{% macro duckdb__row_key(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{#- A row's version, hexadecimal digits of a good hash, as a number. -#}
{% macro version_number(version) -%}
    {{ return(adapter.dispatch('version_number')(version)) }}
{%- endmacro %}

{% macro default__version_number(version) -%}
    {{ version }}
{%- endmacro %}

{% macro duckdb__version_number(version) -%}
    cast('0x' || left({{ version }}, 15) as bigint)
{%- endmacro %}

{#- A 64-bit key of what several values say (a missing one counts as an empty text); likewise only inside the warehouse.
    On DuckDB its hash twice, the second time of the text moved on by one character: texts that agree in one do not in the
    other (no pair in 30 million addresses, as with MD5, for a tenth of its time). -#}
{% macro text_key(columns) -%}
    {{ return(adapter.dispatch('text_key')(columns)) }}
{%- endmacro %}

{% macro default__text_key(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}

{% macro duckdb__text_key(columns) -%}
    {%- set text -%}
        {%- for column in columns -%}
            coalesce(cast({{ column }} as varchar), ''){{ " || '|' || " if not loop.last }}
        {%- endfor -%}
    {%- endset -%}
    hash(hash({{ text }}), hash('|' || {{ text }}))
{%- endmacro %}
