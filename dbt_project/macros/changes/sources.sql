{#- Where changes begin: the files of the deliveries, as the last build read them and as they lie there now. DuckDB only. -#}

{#- The files of each extract's current state as they lie there, and a hash of all that makes tables of them: the dbt project,
    the seeds, and what models in Python call. -#}
{% macro files_in_force() -%}
    {%- set project -%}
        select md5(version() || '{{ dbt_version }} {{ models_to_build() | join(' ') }} {{ tojson(invocation_args_dict.vars) }}' || string_agg(filename || content, '' order by filename))
        from read_text([
            'dbt_project.yml', 'profiles.yml', 'macros/**/*.sql', 'models/**/*.sql', 'models/**/*.py', 'models/**/*.yml',
            '../seeds/codes/*.csv', '../seeds/rules/*.csv',
            '../orchestration/linkage/**/*.py', '../orchestration/linkage/models/*.json', '../orchestration/state/*.py', '../requirements.lock'
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
    {%- for schema in ('added', 'removed', 'keys', 'went', 'computed', 'places', 'stood', 'balance', 'differing') -%}
        {%- do run_query('create schema change.' ~ schema) -%}
    {%- endfor -%}
    {%- do run_query(
        'create table change.outcome (name varchar, outcome varchar, rows_removed bigint, rows_added bigint)'
    ) -%}
    {%- do graph.update({'outcomes': {}, 'code_before': {}}) -%}
    {%- for model, code in run_query('select model, code from main.model_code').rows -%}
        {%- do graph.code_before.update({model: code}) -%}
    {%- endfor -%}
    {%- do keep_learnt_deliveries() -%}
    {%- do run_query('create table change.build_before as select distinct build from main.delivery_read') -%}
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
            {#- What was added is there: it has just been listed. -#}
            {%- if change == 'replaced' or change == 'removed' and not file_exists(path) -%}
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
        {%- do note_outcome(outcome, name=source.identifier) -%}
    {%- endfor -%}
{%- endmacro %}

{#- What the last build knew of deliveries, as change.learnt_before, for the models that go on from there (history/going_on.sql). -#}
{% macro keep_learnt_deliveries() -%}
    {%- for unique_id in models_to_build() if graph.nodes[unique_id].name == 'learnt_delivery' -%}
        {%- do run_query('create table change.learnt_before as from ' ~ graph.nodes[unique_id].relation_name) -%}
        {%- do graph.update({'knows_last_build': true}) -%}
    {%- endfor -%}
{%- endmacro %}

{#- Whether all that has changed of a source in a build by change is that files came. -#}
{% macro only_gained(source) -%}
    {{ return(
        outcome_of(source) == 'changed'
        and run_query('select count(*) from change.removed.' ~ source).rows[0][0] == 0
    ) }}
{%- endmacro %}
