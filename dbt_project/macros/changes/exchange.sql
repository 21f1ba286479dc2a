{#- The steps of a build by change for one table; every intermediate table bears the model's name in a schema of `change`. -#}

{#- Computes the rows of the keys again and exchanges those that differ. -#}
{% macro exchange(key, code, other_key=none) -%}
    {%- set name = this.identifier -%}
    {%- do note_places(key, other_key) -%}
    {%- if config.get('dictionary') -%}
        {%- set of_keys = code_of_what_came(key, code) -%}
    {%- else -%}
        {%- set of_keys = code_of_keys(key, code_of_later_deliveries(code)) -%}
    {%- endif -%}
    {%- if other_key -%}
        {#- What the model lets each place read for itself is little here: it is read once. -#}
        {%- set of_others = code_of_rows(by_other_pattern(), key, code) | replace('as not materialized (', 'as materialized (') -%}
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

{#- Notes where the rows of the keys stand: DuckDB would read all columns of nearly every block to find few rows by a column in
    no order, and the whole column once more to delete some of them. -#}
{% macro note_places(key, other_key=none) -%}
    {%- do run_query(
        'create table change.places.' ~ this.identifier ~ ' as select rowid as place, ' ~ key ~ ' from ' ~ this
        ~ ' where ' ~ touched_rows(key, other_key)
    ) -%}
{%- endmacro %}

{#- Notes what the rows `computed` of the keys say otherwise than those that stand (note_places); returns the statements that
    exchange them, '' where there are none. -#}
{% macro exchange_differing(computed, key, other_key=none) -%}
    {%- set name = this.identifier -%}
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

{#- Whether a column of a relation holds one of the model's keys in a table of `change`. -#}
{% macro holds_key(column, key, chosen) -%}
    {{ column }} in (select {{ key }} from change.{{ chosen }}.{{ this.identifier }})
{%- endmacro %}
