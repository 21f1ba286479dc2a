{#- The steps of a build by change for one table; every intermediate table bears the model's name in a schema of `change`. -#}

{#- Fills change.keys.<model> with the keys of what the changed parents gained and lost; false where they are so many that
    building the whole table is cheaper. -#}
{% macro collect_keys(key, code, changed) -%}
    {%- set branches = [] -%}
    {%- for relation, columns in modules.re.findall(by_key_pattern(), code) -%}
        {%- for parent in changed if parent.relation == relation -%}
            {%- for side in ('added', 'removed') -%}
                {%- do branches.append('select ' ~ columns ~ ' from change.' ~ side ~ '.' ~ parent.name) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do run_query(
        'create table change.keys.' ~ this.identifier ~ ' as select distinct * from (' ~ branches | join(' union all ')
        ~ ') as changed (' ~ key | join(', ') ~ ') where ' ~ key | join(' is not null and ') ~ ' is not null'
    ) -%}
    {%- set counted -%}
        select
            (select count(*) from change.keys.{{ this.identifier }}),
            (
                select estimated_size from duckdb_tables()
                where schema_name = '{{ this.schema }}' and table_name = '{{ this.identifier }}'
                    and database_name = current_database()
            )
    {%- endset -%}
    {%- set keys, rows = run_query(counted).rows[0] -%}
    {{ return(keys <= [rows // 5, 10000] | max) }}
{%- endmacro %}

{#- Computes the rows of the keys again and exchanges those that differ. -#}
{% macro exchange(key, code) -%}
    {%- set name = this.identifier -%}
    {%- set of_keys = namespace(code=code) -%}
    {%- for relation, columns in modules.re.findall(by_key_pattern(), code) -%}
        {%- set import = by_key(relation, columns) | trim -%}
        {%- set of_keys.code = of_keys.code | replace(import, rows_of_keys(relation, columns.split(', '), key, 'keys')) -%}
    {%- endfor -%}
    {%- do run_query('create table change.computed.' ~ name ~ ' as ' ~ of_keys.code) -%}
    {%- do run_query('create table change.stood.' ~ name ~ ' as from ' ~ rows_of_keys(this, key, key, 'keys')) -%}
    {%- set differs = note_differences('change.computed.' ~ name, 'change.stood.' ~ name) -%}
    {%- if differs -%}
        {%- do run_query(
            'create table change.differing.' ~ name ~ ' as select ' ~ key | join(', ') ~ ' from change.removed.' ~ name
            ~ ' union select ' ~ key | join(', ') ~ ' from change.added.' ~ name
        ) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {%- if differs -%}
            delete from {{ this }} as entry using change.differing.{{ name }} as chosen where {{ same_key(key, key) }};
            insert into {{ this }} from {{ rows_of_keys('change.computed.' ~ name, key, key, 'differing') }}
        {%- else -%}
            select 1
        {%- endif -%}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {%- do run_query('drop table change.computed.' ~ name ~ '; drop table change.stood.' ~ name) -%}
    {{ return({'relations': [this]}) }}
{%- endmacro %}

{#- Notes what the rows `now` gained and lost against those that stood; returns whether they differ. -#}
{% macro note_differences(now, stood) -%}
    {%- set name = this.identifier -%}
    {%- do run_query('create table change.added.' ~ name ~ ' as from ' ~ now ~ ' except all from ' ~ stood) -%}
    {%- do run_query('create table change.removed.' ~ name ~ ' as from ' ~ stood ~ ' except all from ' ~ now) -%}
    {%- set counted -%}
        select (select count(*) from change.removed.{{ name }}), (select count(*) from change.added.{{ name }})
    {%- endset -%}
    {%- set removed, added = run_query(counted).rows[0] -%}
    {%- do note_outcome('changed' if removed + added else 'same', removed, added) -%}
    {{ return(removed + added > 0) }}
{%- endmacro %}

{#- The rows of a relation whose columns hold one of the model's keys in a table of `change`. -#}
{% macro rows_of_keys(relation, columns, key, chosen) -%}
    (select entry.* from {{ relation }} as entry semi join change.{{ chosen }}.{{ this.identifier }} as chosen on {{ same_key(columns, key) }})
{%- endmacro %}

{% macro same_key(columns, key) -%}
    {%- for column in columns -%}
        entry.{{ column }} = chosen.{{ key[loop.index0] }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
