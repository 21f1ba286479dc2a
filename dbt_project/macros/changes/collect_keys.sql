{#- Which keys of a model are at work in a build by change. DuckDB only. -#}

{#- Fills change.keys.<model> with the keys of what the changed parents gained and lost; false where they are so many that
    building the whole table is cheaper. -#}
{% macro collect_keys(key, code, changed) -%}
    {%- set branches = [] -%}
    {%- set reaching = {} -%}
    {%- for parent in changed -%}
        {%- set rows = '(from change.added.' ~ parent.name ~ ' union all from change.removed.' ~ parent.name ~ ')' -%}
        {%- set imported = modules.re.findall(by_key_pattern(), code) + modules.re.findall(by_other_pattern(), code) -%}
        {%- for relation, column in imported if relation == parent.relation -%}
            {%- do branches.append('select ' ~ column ~ ' from ' ~ rows) -%}
        {%- endfor -%}
        {%- for relation, column, others, other, but, other_key, only in modules.re.findall(through_pattern(), code)
            if relation == parent.relation -%}
            {%- for other_column in others.split(', ') -%}
                {%- set reached = 'select ' ~ (other_key or key) ~ ' from ' ~ other ~ ' where ' ~ other_column ~ ' in' -%}
                {%- set values = 'select ' ~ column ~ ' from ' ~ rows ~ known_changes(but, other_column) -%}
                {%- do reaching.setdefault(reached, []).append('from (' ~ values ~ ')') -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {#- A large table is searched once for all that several imports reach it by. -#}
    {%- for reached, sets_of_values in reaching.items() -%}
        {%- do branches.append(reached ~ ' (' ~ sets_of_values | unique | join(' union all ') ~ ')') -%}
    {%- endfor -%}
    {#- Where only dictionaries have changed, none. -#}
    {%- do branches.append('select ' ~ key ~ ' from ' ~ this ~ ' where false') if not branches -%}
    {%- set keys = make_table(
        'change.keys.' ~ this.identifier, 'select distinct * from (' ~ branches | unique | join(' union all ')
        ~ ') as changed (' ~ key ~ ') where ' ~ key ~ ' is not null'
    ) -%}
    {{ return(keys <= 10000 or keys <= run_query('select count(*) from ' ~ this).rows[0][0] // 5) }}
{%- endmacro %}

{#- Less the values of what a model (`but` of imports.sql) gained and lost. -#}
{% macro known_changes(but, column) -%}
    {%- for known in parents_of(model).values() if known.relation == but and known.outcome == 'changed' %}
        except select {{ column }} from change.added.{{ known.name }}
        except select {{ column }} from change.removed.{{ known.name }}
    {%- endfor -%}
{%- endmacro %}
