{#- What people have decided: the file beside the seed, and whose record a decision means. -#}

{#- The columns of a decision, in order, in seeds/rules/decisions.csv as in <WANGGE_DATA>/state/decisions.csv. -#}
{% macro decision_columns() -%}
    {{ return([
        'decision', 'extract', 'record_key', 'other_extract', 'other_record_key', 'address_code',
        'decided_by', 'decided_on', 'reason',
    ]) }}
{%- endmacro %}

{#- The decisions of this data folder, no row where it has no such file. -#}
{% macro state_decisions() -%}
    {%- if execute and file_exists(decision_file()) -%}
        select {{ decision_columns() | join(', ') }} from {{ read_text_columns(decision_file()) }}
    {%- else -%}
        select
            {%- for column in decision_columns() %}
            cast(null as varchar) as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        where false
    {%- endif -%}
{%- endmacro %}

{% macro decision_file() -%}
    {{ return(env_var('WANGGE_DATA', '../data') ~ '/state/decisions.csv') }}
{%- endmacro %}

{#- Whether the file is there. DuckDB only. -#}
{% macro file_exists(file) -%}
    {{ return(run_query('select count(*) from glob(' ~ sql_text(file) ~ ')').rows[0][0] > 0) }}
{%- endmacro %}

{#- A file of comma-separated values, every column as text. -#}
{% macro read_text_columns(file) -%}
    {{ return(adapter.dispatch('read_text_columns')(file)) }}
{%- endmacro %}

{% macro default__read_text_columns(file) -%}
    csv.`{{ file }}`
{%- endmacro %}

{% macro duckdb__read_text_columns(file) -%}
    read_csv({{ sql_text(file) }}, header = true, all_varchar = true, delim = ',', quote = '"')
{%- endmacro %}

{#- Whom a record of an extract names first: its subject, or the only role that it has. -#}
{% macro first_role(extract) -%}
    case {{ extract }}
        {%- for contract in contracts() %}
        {%- set roles = person_roles(contract) %}
        {%- if roles and 'subject' not in roles %}
        when '{{ contract.id }}' then '{{ roles[0] }}'
        {%- endif %}
        {%- endfor %}
        else 'subject'
    end
{%- endmacro %}
