{#- On-run-start hook: schema `deliveries` with one view an extract over the Parquet files of its current state, one over
    the history of all deliveries, and one over what cannot be pulled.

    The list of files comes from <WANGGE_DATA>/deliveries/index.json, which the pull writes after all receipts; files are
    never found by a glob. A source that the index does not name (a district without that department, a warehouse
    before its first pull) gets a view without rows, its columns as the source documents them (of an extract all text, with
    its provenance; else typed). DuckDB only. -#}
{% macro create_delivery_views() %}
    {%- if execute -%}
        {%- do run_query('create schema if not exists deliveries') -%}
        {%- set indexed = delivery_index() -%}
        {%- for source in graph.sources.values() if source.schema == 'deliveries' -%}
            {%- set view = 'deliveries.' ~ adapter.quote(source.identifier) -%}
            {%- if source.identifier in indexed -%}
                {%- do run_query('create or replace view ' ~ view ~ ' as ' ~ read_accepted(indexed[source.identifier])) -%}
            {%- else -%}
                {%- set empty = no_accepted_rows if '_record_key' in source.columns else no_typed_rows -%}
                {%- do run_query('create or replace view ' ~ view ~ ' as ' ~ empty(source.columns.values())) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{#- The index as a dictionary: identifier of the source → list of Parquet paths, with the history of deliveries
    and what cannot be pulled; empty where nothing was pulled yet. -#}
{% macro delivery_index() %}
    {%- set file = delivery_index_file() -%}
    {%- set indexed = {} -%}
    {%- for name in ('receipts', 'troubles') -%}
        {%- set beside = env_var('WANGGE_DATA', '../data') ~ '/deliveries/' ~ name ~ '.parquet' -%}
        {%- if file_exists(beside) -%}
            {%- do indexed.update({name: [beside]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if file_exists(file) -%}
        {%- set query -%}
            select department || '__' || extract, to_json(paths)
            from read_json(
                {{ sql_text(file) }}, columns = {department: 'varchar', extract: 'varchar', paths: 'varchar[]'}
            )
        {%- endset -%}
        {%- for entry in run_query(query).rows -%}
            {%- do indexed.update({entry[0]: fromjson(entry[1])}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(indexed) }}
{% endmacro %}

{% macro delivery_index_file() -%}
    {{ return(env_var('WANGGE_DATA', '../data') ~ '/deliveries/index.json') }}
{%- endmacro %}

{% macro read_accepted(paths, filename=none) -%}
    select * from read_parquet([{% for path in paths %}{{ sql_text(path) }}{{ ', ' if not loop.last }}{% endfor %}], union_by_name = true
    {%- if filename %}, filename = '{{ filename }}'{% endif %})
{%- endmacro %}

{#- The shape of an accepted file without a row: every column of the extract as text, then where a row stood. -#}
{% macro no_accepted_rows(columns) -%}
    select
        {% for column in columns if not column.name.startswith('_') -%}
        cast(null as varchar) as {{ adapter.quote(column.name) }},
        {% endfor -%}
        cast(null as varchar) as _record_key,
        cast(null as varchar) as _version,
        cast(null as varchar) as _delivery_id,
        cast(null as date) as _delivery_date,
        cast(null as varchar) as _source_file,
        cast(null as bigint) as _source_row,
        cast(null as varchar[]) as _flags
    where false
{%- endmacro %}

{#- The shape of a table without a row, its types as the source documents them. -#}
{% macro no_typed_rows(columns) -%}
    select
        {% for column in columns -%}
        cast(null as {{ column.data_type }}) as {{ adapter.quote(column.name) }}{{ ',' if not loop.last }}
        {% endfor -%}
    where false
{%- endmacro %}

{#- A text as an SQL literal. -#}
{% macro sql_text(value) -%}
    '{{ value | replace("'", "''") }}'
{%- endmacro %}
