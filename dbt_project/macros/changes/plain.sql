{#- Plain tables and views: kept where nothing they are made from has changed, else made in one statement. DuckDB only.

    What dbt-duckdb has for them makes each under another name, asks the catalogue for keys and indices, renames two relations and
    drops one: a tenth of the processor time of a small build. Here a build that was killed is followed by a whole one, and
    readers read releases: nobody needs the old table meanwhile. -#}

{% materialization table, adapter="duckdb", supported_languages=['sql', 'python'] %}
    {%- if stays_as_it_was() -%}
        {{ return(as_it_was('same')) }}
    {%- endif -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set drop_old = drop_statement(load_cached_relation(this)) -%}
    {%- if model.language == 'python' and drop_old -%}
        {%- do run_query(drop_old) -%}
    {%- endif -%}
    {%- call statement('main', language=model.language) -%}
        {{- drop_old if model.language == 'sql' -}}
        {{- create_model_table(target_relation, compiled_code) -}}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
    {%- if stays_as_it_was() -%}
        {{ return(as_it_was('same')) }}
    {%- endif -%}
    {%- if builds_by_change() and load_cached_relation(this) is not none and not model.sources and is_made_by_the_same_code() -%}
        {#- It reads its parents as they are now. Models have the columns that they had, for the project is the same. -#}
        {{ return(left_alone()) }}
    {%- endif -%}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- call statement('main') -%}
        {{- drop_statement(load_cached_relation(this)) -}}
        {{- create_view_as(target_relation, compiled_code) -}}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% macro drop_statement(relation) -%}
    {{ return('' if relation is none else 'drop ' ~ relation.type ~ ' if exists ' ~ relation ~ ';') }}
{%- endmacro %}

{#- Whether the model's relation says what the model would make of it now: in a build by change, with the SQL of the last build
    and parents that are the same. A model in Python may read the registry, and SQL that names a file what nobody notes. -#}
{% macro stays_as_it_was() -%}
    {%- if model.language == 'python' or not builds_by_change() or load_cached_relation(this) is none -%}
        {{ return(false) }}
    {%- endif -%}
    {%- if modules.re.search('read_[a-z_]+[(]', compiled_code) -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return(
        parents_of(model).values() | rejectattr('outcome', 'equalto', 'same') | list | length == 0
        and is_made_by_the_same_code()
    ) }}
{%- endmacro %}

{% macro is_made_by_the_same_code() -%}
    {{ return(graph.code_before.get(this.identifier) == local_md5(compiled_code)) }}
{%- endmacro %}

{#- Whether its columns are those of its contract dbt asks of each table and view: a query that is planned once more for it. The
    same SQL of models of the same project gives what it gave; of sources, nobody knows. -#}
{% macro duckdb__get_assert_columns_equivalent(sql) -%}
    {%- if model.sources or not (builds_by_change() and is_made_by_the_same_code()) -%}
        {{ return(assert_columns_equivalent(sql)) }}
    {%- endif -%}
{%- endmacro %}
