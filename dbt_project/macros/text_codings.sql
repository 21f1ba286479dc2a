{#- On-run-start hook: whether DuckDB's codings of text are used in the warehouse. They take a tenth of a build's processor
    time, and the file is 2.7 times smaller with them (2.6 GB against 7.1 at a million residents). Where four times the larger
    file fits into what DuckDB may hold in memory, it is the faster one to write and to read; beyond that, writing it costs
    more than coding it (a million residents on 24 GB: 81 s and 5 GB of memory with them, 89 s and 10 GB without).
    A setting of the session: `config_options` of the profile are silent about it (DuckDB 2.0). DuckDB only. -#}
{% macro choose_text_codings() %}
    {%- if execute -%}
        {%- set paths = delivery_index().values() | sum(start=[]) -%}
        {%- set bytes_a_row = 1500 -%}
        {%- set fits -%}
            select coalesce(sum(num_rows), 0) * {{ bytes_a_row }} * 4 < parse_formatted_bytes(current_setting('memory_limit'))
            from {% if paths %}parquet_file_metadata([{% for path in paths %}{{ sql_text(path) }}{{ ', ' if not loop.last }}{% endfor %}])
                {%- else %}(select 0 as num_rows) as nothing_delivered{% endif %}
        {%- endset -%}
        {%- set unused = 'fsst,dict_fsst,zstd' if run_query(fits).rows[0][0] else '' -%}
        {%- do run_query("set disabled_compression_methods = '" ~ unused ~ "'") -%}
    {%- endif -%}
{% endmacro %}
