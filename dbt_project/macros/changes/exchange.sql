{#- The steps of a build by change for one table; every intermediate table bears the model's name in a schema of `change`. -#}

{#- Fills change.keys.<model> with the keys of what the changed parents gained and lost; false where they are so many that
    building the whole table is cheaper. -#}
{% macro collect_keys(key, code, changed) -%}
    {%- set branches = [] -%}
    {%- for parent in changed -%}
        {%- set rows = '(from change.added.' ~ parent.name ~ ' union all from change.removed.' ~ parent.name ~ ')' -%}
        {%- set imported = modules.re.findall(by_key_pattern(), code) + modules.re.findall(by_other_pattern(), code) -%}
        {%- for relation, column in imported if relation == parent.relation -%}
            {%- do branches.append('select ' ~ column ~ ' from ' ~ rows) -%}
        {%- endfor -%}
        {%- for relation, column, others, other, other_key, only in modules.re.findall(through_pattern(), code)
            if relation == parent.relation -%}
            {%- for other_column in others.split(', ') -%}
                {%- do branches.append(
                    'select ' ~ (other_key or key) ~ ' from ' ~ other ~ ' where ' ~ other_column
                    ~ ' in (select ' ~ column ~ ' from ' ~ rows ~ ')'
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set keys = make_table(
        'change.keys.' ~ this.identifier, 'select distinct * from (' ~ branches | join(' union all ')
        ~ ') as changed (' ~ key ~ ') where ' ~ key ~ ' is not null'
    ) -%}
    {{ return(keys <= 10000 or keys <= run_query('select count(*) from ' ~ this).rows[0][0] // 5) }}
{%- endmacro %}

{#- Computes the rows of the keys again and exchanges those that differ. -#}
{% macro exchange(key, code, other_key=none) -%}
    {%- set name = this.identifier -%}
    {%- set of_keys = code_of_keys(key, code_of_later_deliveries(code)) -%}
    {%- if other_key -%}
        {%- set of_others = code_of_rows(by_other_pattern(), key, code) -%}
        {%- set of_keys = 'select * from ((' ~ of_keys ~ ') union (' ~ of_others ~ ')) as pairs where '
            ~ touched_rows(key, other_key) -%}
    {%- endif -%}
    {%- do run_query('create table change.computed.' ~ name ~ ' as ' ~ of_keys) -%}
    {%- set differing = exchange_differing('change.computed.' ~ name, key, other_key) -%}
    {%- call statement('main') -%}
        {{- differing or 'select 1' -}}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {%- do run_query('drop table change.computed.' ~ name) -%}
    {%- do forget_stood() -%}
    {{ return({'relations': [this]}) }}
{%- endmacro %}

{#- Notes what the rows `computed` of the keys say otherwise than those that stand; returns the statements that exchange them,
    '' where there are none. -#}
{% macro exchange_differing(computed, key, other_key=none) -%}
    {%- set name = this.identifier -%}
    {#- First which rows these are: DuckDB would read all columns of nearly every block to find few rows by a column in no order,
        and the whole column once more to delete some of them. -#}
    {%- do run_query(
        'create table change.places.' ~ name ~ ' as select rowid as place, ' ~ key ~ ' from ' ~ this
        ~ ' where ' ~ touched_rows(key, other_key)
    ) -%}
    {%- do run_query(
        'create table change.stood.' ~ name ~ ' as from ' ~ this
        ~ ' where rowid in (select place from change.places.' ~ name ~ ')'
    ) -%}
    {%- if not note_differences(computed, 'change.stood.' ~ name) -%}
        {{ return('') }}
    {%- endif -%}
    {%- if other_key -%}
        {%- set statements -%}
            delete from {{ this }} as stood using change.removed.{{ name }} as gone
            where stood.{{ key }} = gone.{{ key }} and stood.{{ other_key }} = gone.{{ other_key }};
            insert into {{ this }}
            from change.added.{{ name }}
        {%- endset -%}
        {{ return(statements) }}
    {%- endif -%}
    {%- do run_query(
        'create table change.differing.' ~ name ~ ' as select ' ~ key ~ ' from change.removed.' ~ name
        ~ ' union select ' ~ key ~ ' from change.added.' ~ name
    ) -%}
    {%- set statements -%}
        delete from {{ this }}
        where rowid in (select place from change.places.{{ name }} where {{ holds_key(key, key, 'differing') }});
        insert into {{ this }}
        from {{ computed }} where {{ holds_key(key, key, 'differing') }}
    {%- endset -%}
    {{ return(statements) }}
{%- endmacro %}

{#- Frees what exchange_differing read. -#}
{% macro forget_stood() -%}
    {%- do run_query('drop table change.stood.' ~ this.identifier ~ '; drop table change.places.' ~ this.identifier) -%}
{%- endmacro %}

{#- Whether a row of the model is of the keys at work. -#}
{% macro touched_rows(key, other_key=none) -%}
    {{ holds_key(key, key, 'keys') }}{{ ' or ' ~ holds_key(other_key, key, 'keys') if other_key }}
{%- endmacro %}

{#- A staging model's SQL that reads only what was delivered since the last build, where that is later than all that stands: of
    each record the last row delivered counts, and of every record one stands. -#}
{% macro code_of_later_deliveries(code) -%}
    {%- set later = namespace(code=code) -%}
    {%- for relation, column in modules.re.findall(by_key_pattern(), code) if relation.split('.')[1] == '"deliveries"' -%}
        {%- set source = relation.split('.')[2] | replace('"', '') -%}
        {%- set is_later -%}
            select (select min(_delivery_date) from change.added.{{ source }}) > (select max(delivery_date) from {{ this }})
        {%- endset -%}
        {%- if only_gained(source) and run_query(is_later).rows[0][0] -%}
            {#- With the columns that only earlier files have. -#}
            {%- set rows = '(from ' ~ relation ~ ' where false union all by name from change.added.' ~ source ~ ')' -%}
            {%- set later.code = later.code | replace(by_key(relation, column) | trim, rows) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(later.code) }}
{%- endmacro %}

{#- The model's SQL in which imports of one kind (a pattern of imports.sql) have only the rows of the keys at work. -#}
{% macro code_of_rows(pattern, key, code) -%}
    {{ return(modules.re.sub(pattern, '(select * from \\1 where ' ~ holds_key('\\2', key, 'keys') ~ ')', code)) }}
{%- endmacro %}

{#- The same for imports by_key, and for those through a relation of which only what it reaches is read. -#}
{% macro code_of_keys(key, code) -%}
    {%- set of_keys = namespace(code=code_of_rows(by_key_pattern(), key, code)) -%}
    {%- for relation, column, others, other, other_key, only in modules.re.findall(through_pattern(), code) if only -%}
        {%- set import = through(relation, column, others, other, other_key, true) | trim -%}
        {%- set reached = 'select ' ~ others ~ ' from ' ~ other ~ ' where ' ~ holds_key(other_key or key, key, 'keys') -%}
        {%- set rows = '(select * from ' ~ relation ~ ' where ' ~ column ~ ' in (' ~ reached ~ '))' -%}
        {%- set of_keys.code = of_keys.code | replace(import, rows) -%}
    {%- endfor -%}
    {{ return(of_keys.code) }}
{%- endmacro %}

{#- Whether a column of a relation holds one of the model's keys in a table of `change`. -#}
{% macro holds_key(column, key, chosen) -%}
    {{ column }} in (select {{ key }} from change.{{ chosen }}.{{ this.identifier }})
{%- endmacro %}
