{#- Which builds can go by change: hooks at the begin and the end of every build. DuckDB only.

    The warehouse itself says, in main.delivery_read, which models of which project the last build made and which files it had
    read, but only if that build ended well: a build removes the note before it touches anything, and writes it when every
    model and test has passed. After a killed or failed build, with another project or selection of models, and in a new, lost
    or restored warehouse the build is whole; so is one with --full-refresh. -#}

{#- Whether this build goes by change. Asked of every model and test: `graph`, which all of them share, answers without a query. -#}
{% macro builds_by_change() -%}
    {{ return('outcomes' in graph) }}
{%- endmacro %}

{#- On-run-start hook, after the views of the deliveries: say what this build reads; where the last one's note allows it, attach
    `change` with the sources whose files came or went. -#}
{% macro begin_build() %}
    {%- if execute and models_to_build() -%}
        {%- do run_query(
            "create or replace table main.delivery_reading as select *, '" ~ invocation_id ~ "' as build from ("
            ~ files_in_force() ~ ')'
        ) -%}
        {%- if is_noted('delivery_read') and not flags.FULL_REFRESH -%}
            {%- set same_project -%}
                select (select min(project) from main.delivery_read) = (select min(project) from main.delivery_reading)
            {%- endset -%}
            {%- if run_query(same_project).rows[0][0] -%}
                {%- do attach_changes() -%}
            {%- endif -%}
        {%- endif -%}
        {%- do run_query('drop table if exists main.delivery_read; drop table if exists main.model_change') -%}
    {%- endif -%}
{% endmacro %}

{#- On-run-end hook: what the build read, if it ended well, and what it changed, if it went by change. -#}
{% macro end_build(results) %}
    {%- if execute and is_noted('delivery_reading') -%}
        {%- set built = [] -%}
        {%- set faults = results | rejectattr('status', 'in', ['success', 'pass', 'warn']) | list -%}
        {%- for result in results if result.node.resource_type == 'model' -%}
            {%- do built.append(result.node.unique_id) -%}
        {%- endfor -%}
        {%- if builds_by_change() -%}
            {%- set sources = graph.sources.values() | map(attribute='identifier') | join("', '") -%}
            {%- set model_change -%}
                select outcome.name as model, outcome.outcome, touched.estimated_size as keys, rows_removed, rows_added
                from change.outcome
                left join duckdb_tables() as touched
                    on
                        touched.database_name = 'change'
                        and touched.schema_name = 'keys'
                        and outcome.name = touched.table_name
                where outcome.name not in ('{{ sources }}')
            {%- endset -%}
            {%- do run_query('create or replace table main.model_change as ' ~ model_change) -%}
        {%- endif -%}
        {%- if not faults and built | length == models_to_build() | length -%}
            {%- do run_query('create or replace table main.delivery_read as from main.delivery_reading') -%}
            {%- do run_query('create or replace table main.model_code as ' ~ code_of(results)) -%}
        {%- endif -%}
        {%- do run_query('drop table main.delivery_reading') -%}
    {%- endif -%}
{% endmacro %}

{#- The compiled SQL of each model, as a hash: it may hold what a macro asked the warehouse for. -#}
{% macro code_of(results) -%}
    {%- set hashes = [] -%}
    {%- for result in results if result.node.resource_type == 'model' -%}
        {%- do hashes.append("('" ~ result.node.alias ~ "', '" ~ local_md5(result.node.compiled_code) ~ "')") -%}
    {%- endfor -%}
    {{ return('select * from (values ' ~ hashes | join(', ') ~ ') as hashed (model, code)') }}
{%- endmacro %}

{#- The models that dbt was asked to build, in order of name; an ephemeral one stands inside those that read it. -#}
{% macro models_to_build() -%}
    {%- set models = [] -%}
    {%- for unique_id in selected_resources | sort if unique_id.startswith('model.') -%}
        {%- if graph.nodes[unique_id].config.materialized != 'ephemeral' -%}
            {%- do models.append(unique_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(models) }}
{%- endmacro %}

{% macro is_noted(table) -%}
    {%- set query -%}
        select count(*) from duckdb_tables()
        where database_name = current_database() and schema_name = 'main' and table_name = '{{ table }}'
    {%- endset -%}
    {{ return(run_query(query).rows[0][0] == 1) }}
{%- endmacro %}
