{#- The forms that were filled: the record below <WANGGE_DATA>/state/forms. -#}

{#- Columns and types of the record; orchestration/forms/fillings.py writes them. -#}
{% macro filling_columns() -%}
    {{ return({
        'filling': 'bigint', 'form': 'varchar', 'area_level': 'varchar', 'area_code': 'varchar', 'month': 'date',
        'as_of_date': 'date', 'cells': 'bigint', 'filled_cells': 'bigint', 'carried_cells': 'bigint',
    }) }}
{%- endmacro %}

{% macro fills_file() -%}
    {{ return(env_var('WANGGE_DATA', '../data') ~ '/state/forms/fills.csv') }}
{%- endmacro %}

{#- Every filling ever recorded in this data folder, no row where none was. -#}
{% macro recorded_fillings() -%}
    {%- set recorded = execute and file_exists(fills_file()) -%}
    select
        {%- for name, type in filling_columns().items() %}
        cast({{ name if recorded else 'null' }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    {%- if recorded %}
    from {{ read_text_columns(fills_file()) }}
    {%- else %}
    where false
    {%- endif %}
{%- endmacro %}
