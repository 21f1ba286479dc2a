{#- Which builds can go by change: hooks at the begin and the end of every build. DuckDB only.

    The warehouse itself says, in main.delivery_read, which models of which project the last build made and which files it had
    read, but only if that build ended well: a build removes the note before it touches anything, and writes it when every
    model and test has passed. After a killed or failed build, with another project or selection of models, and in a new, lost
    or restored warehouse the build is whole; so is one with --full-refresh. -#}

{#- Whether this build goes by change. -#}
{% macro builds_by_change() -%}
    {{ return(run_query("select count(*) from duckdb_databases() where database_name = 'change'").rows[0][0] == 1) }}
{%- endmacro %}

{#- On-run-start hook, after the views of the deliveries: say what this build reads; where the last one's note allows it, attach
    `change` with the sources whose files came or went. -#}
{% macro begin_build() %}
    {%- if execute and models_to_build() -%}
        {%- do run_query('create or replace table main.delivery_reading as ' ~ files_in_force()) -%}
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
        {%- endif -%}
        {%- do run_query('drop table main.delivery_reading') -%}
    {%- endif -%}
{% endmacro %}

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

{#- The files of each extract's current state as they lie there, and a hash of the project that reads them. -#}
{% macro files_in_force() -%}
    {%- set project -%}
        select md5(version() || '{{ dbt_version }} {{ models_to_build() | join(' ') }} {{ tojson(invocation_args_dict.vars) }}' || string_agg(filename || content, '' order by filename))
        from read_text([
            'dbt_project.yml', 'profiles.yml', 'macros/**/*.sql', 'models/**/*.sql', 'models/**/*.py', 'models/**/*.yml',
            '../seeds/codes/*.csv', '../seeds/rules/*.csv'
        ])
    {%- endset -%}
    {%- set branches = [] -%}
    {%- for source, paths in delivery_index().items() -%}
        {%- set files -%}
            select '{{ source }}' as source, filename as path, size, last_modified
            from read_blob([{% for path in paths %}{{ sql_text(path) }}{{ ', ' if not loop.last }}{% endfor %}])
        {%- endset -%}
        {%- do branches.append(files) -%}
    {%- endfor -%}
    {%- if branches -%}
        select ({{ project }}) as project, * from ({{ branches | join(' union all ') }})
    {%- else -%}
        select '' as project, '' as source, '' as path, 0 as size, now() as last_modified where false
    {%- endif -%}
{%- endmacro %}

{#- Attaches `change`, with an outcome for every source: same; changed, with views on the files that came or went; or whole, where
    a file was replaced or is gone, so that what it held cannot be asked. -#}
{% macro attach_changes() -%}
    {%- do run_query("attach ':memory:' as change") -%}
    {%- for schema in ('added', 'removed', 'keys', 'computed', 'stood', 'differing') -%}
        {%- do run_query('create schema change.' ~ schema) -%}
    {%- endfor -%}
    {%- do run_query(
        'create table change.outcome (name varchar, outcome varchar, rows_removed bigint, rows_added bigint)'
    ) -%}
    {%- set compared -%}
        select
            coalesce(before.source, now.source),
            coalesce(before.path, now.path),
            case when before.path is null then 'added' when now.path is null then 'removed' else 'replaced' end
        from main.delivery_read as before
        full join main.delivery_reading as now on before.source = now.source and before.path = now.path
        where not coalesce(before.size = now.size and before.last_modified = now.last_modified, false)
    {%- endset -%}
    {%- set changes = run_query(compared).rows -%}
    {%- for source in graph.sources.values() if source.schema == 'deliveries' -%}
        {%- set files = {'added': [], 'removed': []} -%}
        {%- set lost = [] -%}
        {%- for name, path, change in changes if name == source.identifier -%}
            {%- if change == 'replaced' or not file_exists(path) -%}
                {%- do lost.append(path) -%}
            {%- else -%}
                {%- do files[change].append(path) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set outcome = 'whole' if lost else 'changed' if files.added or files.removed else 'same' -%}
        {%- for side, paths in files.items() if outcome == 'changed' -%}
            {%- set rows = read_accepted(paths) if paths else 'select * from ' ~ source.relation_name ~ ' where false' -%}
            {%- do run_query('create view change.' ~ side ~ '.' ~ source.identifier ~ ' as ' ~ rows) -%}
        {%- endfor -%}
        {%- do run_query(
            "insert into change.outcome values ('" ~ source.identifier ~ "', '" ~ outcome ~ "', null, null)"
        ) -%}
    {%- endfor -%}
{%- endmacro %}
