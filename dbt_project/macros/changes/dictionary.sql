{#- What a dictionary (see by_change.sql) computes in a build by change. DuckDB only. -#}

{#- Its SQL over what came of its imports by_key: of keys that came only the new ones are computed, for what stands stays.
    Whether any row still has a key that went and did not come, the imports themselves must say. -#}
{% macro code_of_what_came(key, code) -%}
    {%- set name = this.identifier -%}
    {%- set imports = modules.re.findall(by_key_pattern(), code) -%}
    {%- set came, rows_that_came = ['select ' ~ key ~ ' from ' ~ this ~ ' where false'], {} -%}
    {%- for parent in parents_of(model).values() if parent.outcome == 'changed' -%}
        {%- for relation, column in imports if relation == parent.relation -%}
            {%- do came.append('select ' ~ column ~ ' from change.added.' ~ parent.name) -%}
            {%- do rows_that_came.update({relation: 'change.added.' ~ parent.name}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set went = make_table(
        'change.went.' ~ name, 'from change.keys.' ~ name ~ ' where ' ~ key ~ ' not in (select ' ~ key ~ ' from ('
        ~ came | join(' union all ') ~ ') as came (' ~ key ~ ') where ' ~ key ~ ' is not null)'
    ) -%}
    {%- set places = 'change.places.' ~ name -%}
    {%- do run_query(
        'delete from change.keys.' ~ name ~ ' where ' ~ key ~ ' in (select ' ~ key ~ ' from ' ~ places
        ~ ') and not ' ~ holds_key(key, key, 'went') ~ '; delete from ' ~ places ~ ' where not '
        ~ holds_key(key, key, 'keys')
    ) -%}
    {%- set narrowed = namespace(code=code) -%}
    {%- for relation, column in imports -%}
        {%- set rows = 'select * from ' ~ rows_that_came.get(relation, '(from ' ~ relation ~ ' where false)')
            ~ ' where ' ~ holds_key(column, key, 'keys') -%}
        {%- if went -%}
            {%- set rows = rows ~ ' union all select * from ' ~ relation ~ ' where ' ~ holds_key(column, key, 'went') -%}
        {%- endif -%}
        {%- set narrowed.code = narrowed.code | replace(by_key(relation, column) | trim, '(' ~ rows ~ ')') -%}
    {%- endfor -%}
    {{ return(narrowed.code) }}
{%- endmacro %}
