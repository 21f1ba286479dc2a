{#- Which texts of the warehouse DuckDB codes. Coding takes a tenth of a whole build's processor time, and makes the file 2.7
    times smaller (at a million residents 2.8 GB instead of 7.5). DuckDB only. -#}

{#- On-run-start hook. Where four times the file without codings fits into what DuckDB may hold in memory, that is the faster
    one to write and to read; beyond that, writing it costs more than coding it (a million residents on 24 GB: 81 s and 5 GB of
    memory coded, 89 s and 10 GB not). Where twice the file fits in which the texts of distinct_texts alone are not coded
    (4.3 GB), they are not: a build by change reads them by keys of which one lies in nearly every block, and a coded block is
    decoded whole for one row. At a million residents the queries of a day took 57 s coded and 39 s so, and a whole build no longer.
    A setting of the session: `config_options` of the profile are silent about it (DuckDB 2.0). -#}
{% macro choose_text_codings() %}
    {%- if execute -%}
        {%- set paths = delivery_index().values() | sum(start=[]) -%}
        {%- set sizes -%}
            select
                coalesce(sum(num_rows), 0) * 1500 * 4 < parse_formatted_bytes(current_setting('memory_limit')) as all_texts,
                coalesce(sum(num_rows), 0) * 900 * 2 < parse_formatted_bytes(current_setting('memory_limit')) as distinct_texts
            from {% if paths %}parquet_file_metadata([{% for path in paths %}{{ sql_text(path) }}{{ ', ' if not loop.last }}{% endfor %}])
                {%- else %}(select 0 as num_rows) as nothing_delivered{% endif %}
        {%- endset -%}
        {%- set fits = run_query(sizes).rows[0] -%}
        {%- set unused = 'fsst,dict_fsst,zstd' if fits.all_texts else '' -%}
        {%- do run_query("set disabled_compression_methods = '" ~ unused ~ "'") -%}
        {%- do graph.update({'uncoded_texts': distinct_texts() if fits.distinct_texts and not fits.all_texts else []}) -%}
    {%- endif -%}
{% endmacro %}

{#- Columns whose texts are mostly different ones. -#}
{% macro distinct_texts() -%}
    {{ return([
        'address_code', 'greatest_name', 'head', 'household_key', 'household_number', 'identity_number',
        'identity_number_text', 'least_name', 'name', 'name_text', 'number_text', 'person_key', 'phone', 'reading',
        'record_key', 'registered_address_code', 'resident_identity_number', 'resident_name', 'resident_phone', 'version',
        'visit_id',
    ]) }}
{%- endmacro %}

{#- The statements that make a model's table; one that goes by change is read by key. -#}
{% macro create_model_table(relation, code) -%}
    {%- set uncoded = graph.uncoded_texts if model.language == 'sql' and config.get('materialized') != 'table' -%}
    {%- if not uncoded -%}
        {{ return(create_table_as(False, relation, code, model.language)) }}
    {%- endif -%}
    create table {{ relation }} (
        {%- for column in run_query('describe ' ~ code).rows %}
        {{ adapter.quote(column.column_name) }} {{ column.column_type }}{{ ' using compression uncompressed' if column.column_name in uncoded }}
            {{- ',' if not loop.last }}
        {%- endfor %}
    );
    insert into {{ relation }}
    {{ code }}
{%- endmacro %}
