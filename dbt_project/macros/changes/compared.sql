{#- Models that are computed whole whenever a parent has changed, and then compared with how they stood: what their children read
    changes less than what they are made from. Of a full extract's staging model those rows have changed that say something
    else: where the others stand in the new delivery is no change. (Who reads that of such a model is no model that goes by
    change.) What they compute may be themselves as they stood and what came since (see history/going_on.sql).

    A model in Python, or made of one, may compute the rows of some keys alone (config `key`, and `other_key` where a row is of
    two). The one in Python leaves them in change.keys.<model>, and just these rows are exchanged. -#}

{% materialization compared, adapter="duckdb", supported_languages=['sql', 'python'] %}
    {%- set by_change = builds_by_change() and load_cached_relation(this) is not none -%}
    {%- if by_change and parents_of(model).values() | rejectattr('outcome', 'equalto', 'same') | list | length == 0 -%}
        {{ return(as_it_was('same')) }}
    {%- endif -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set computed = make_intermediate_relation(target_relation) -%}
    {%- do drop_relation_if_exists(load_cached_relation(computed)) -%}
    {#- Not by the materialization of tables: dbt lets no other macro start a model in Python. -#}
    {%- call statement('main', language=model.language) -%}
        {{- create_model_table(computed, compiled_code) -}}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {%- if by_change and has_said_keys() -%}
        {%- do note_places(config.get('key'), config.get('other_key')) -%}
        {%- set differing = exchange_differing(computed, config.get('key'), config.get('other_key')) -%}
        {%- do run_query(differing ~ '; drop table ' ~ computed) -%}
        {%- do adapter.commit() -%}
        {%- do forget_stood() -%}
        {{ return({'relations': [target_relation]}) }}
    {%- elif by_change -%}
        {%- do note_differences(computed, this, full_extract(this.identifier)) -%}
    {%- elif builds_by_change() -%}
        {%- do note_outcome('whole') -%}
    {%- endif -%}
    {%- call statement('exchange') -%}
        drop table if exists {{ this }};
        alter table {{ computed }} rename to {{ this.identifier }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{#- Whether the rows of some keys alone were computed. -#}
{% macro has_said_keys() -%}
    {%- set query -%}
        select count(*) from duckdb_tables()
        where database_name = 'change' and schema_name = 'keys' and table_name = '{{ this.identifier }}'
    {%- endset -%}
    {{ return(config.get('key') is not none and run_query(query).rows[0][0] == 1) }}
{%- endmacro %}
