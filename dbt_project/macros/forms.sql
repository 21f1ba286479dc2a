{#- The forms that were filled: the record below <WANGGE_DATA>/state/forms. -#}

{#- Columns and types of the record; orchestration/forms/fillings.py writes them. -#}
{% macro filling_columns() -%}
    {{ return({
        'filling': 'bigint', 'form': 'varchar', 'area_level': 'varchar', 'area_code': 'varchar', 'month': 'date',
        'as_of_date': 'date', 'cells': 'bigint', 'filled_cells': 'bigint', 'carried_cells': 'bigint',
    }) }}
{%- endmacro %}

{% macro recorded_fillings() -%}
    {%- set file = env_var('WANGGE_DATA', '../data') ~ '/state/forms/fills.csv' -%}
    {%- set recorded = execute and file_exists(file) -%}
    select
        {%- for name, type in filling_columns().items() %}
        cast({{ name if recorded else 'null' }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    {%- if recorded %}
    from {{ read_text_columns(file) }}
    {%- else %}
    where false
    {%- endif %}
{%- endmacro %}
