{#- What correction orders are made from besides the warehouse: the reports issued below <WANGGE_DATA>/state/orders, and the
    versions in which the reported records were delivered since. Files are read here, so these macros are DuckDB's own. -#}

{#- Columns and types of a file of reports; orchestration/exchange/reports.py writes them. -#}
{% macro report_columns() -%}
    {{ return({
        'order_id': 'varchar', 'period': 'varchar', 'reported_on': 'date', 'deadline': 'date', 'kind': 'varchar',
        'likely_at_fault': 'varchar', 'side': 'varchar', 'extract': 'varchar', 'role': 'varchar', 'record_key': 'varchar',
        'version': 'varchar', 'column_name': 'varchar', 'held_on': 'date',
    }) }}
{%- endmacro %}

{% macro report_files() -%}
    {{ return(env_var('WANGGE_DATA', '../data') ~ '/state/orders/reports-*.parquet') }}
{%- endmacro %}

{#- Every report ever issued from this data folder, no row where none was. -#}
{% macro issued_reports() -%}
    {%- set issued = execute and file_exists(report_files()) -%}
    select
        {%- for name, type in report_columns().items() %}
        cast({{ name if issued else 'null' }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    {%- if issued %}
    from read_parquet({{ sql_text(report_files()) }})
    {%- else %}
    where false
    {%- endif %}
{%- endmacro %}

{#- The deliveries of the extracts that any report names, since the first record that it names was held:
    extract → [kind, files of each day]. -#}
{% macro deliveries_since_reports() -%}
    {%- set found = {} -%}
    {%- if execute and file_exists(report_files()) -%}
        {%- set index = env_var('WANGGE_DATA', '../data') ~ '/deliveries/index.json' -%}
        {%- set kinds = {} -%}
        {%- for contract in contracts() -%}{%- do kinds.update({contract.id: contract.kind}) -%}{%- endfor -%}
        {%- set query -%}
            select extract, cast(delivery.day as varchar), delivery.path
            from (select extract, min(held_on) as held_on from ({{ issued_reports() }}) group by extract) as reported
            inner join (
                select department || '.' || extract as delivered_extract, unnest(history) as delivery
                from read_json(
                    {{ sql_text(index) }},
                    columns = {department: 'varchar', extract: 'varchar', history: 'struct(day date, path varchar)[]'}
                )
            ) as delivered on reported.extract = delivered.delivered_extract and delivered.delivery.day >= reported.held_on
            order by 1, 2
        {%- endset -%}
        {%- for row in run_query(query).rows -%}
            {%- do found.setdefault(row[0], {'kind': kinds[row[0]], 'days': []}).days.append([row[1], row[2]]) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{#- The versions in which records were delivered, day by day: extract, record_key, version, delivery_date. -#}
{% macro delivered_versions() -%}
    {%- for extract, delivered in deliveries_since_reports().items() %}
    select
        '{{ extract }}' as extract,
        _record_key as record_key,
        _version as version,
        _delivery_date as delivery_date
    from ({{ read_accepted(delivered.days | map(attribute=1) | unique | list) }}) as delivered
    where _record_key in (select record_key from {{ ref('correction_order_report') }} where extract = '{{ extract }}')
    union all
    {%- endfor %}
    select
        cast(null as varchar) as extract,
        cast(null as varchar) as record_key,
        cast(null as varchar) as version,
        cast(null as date) as delivery_date
    where false
{%- endmacro %}

{#- The days of the deliveries that hold every row of their extract, so that a record missing from one has gone. -#}
{% macro full_deliveries() -%}
    {%- for extract, delivered in deliveries_since_reports().items() if delivered.kind == 'full' -%}
    {%- for day in delivered.days %}
    select '{{ extract }}' as extract, cast('{{ day[0] }}' as date) as delivery_date
    union all
    {%- endfor -%}
    {%- endfor %}
    select cast(null as varchar) as extract, cast(null as date) as delivery_date where false
{%- endmacro %}
