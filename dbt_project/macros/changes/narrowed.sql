{#- What a build by change reads of the imports of a model: its compiled SQL with these narrowed. DuckDB only. -#}

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
    {%- set parents = {} -%}
    {%- for parent in parents_of(model).values() -%}
        {%- do parents.update({parent.relation: parent}) -%}
    {%- endfor -%}
    {%- set narrowed = namespace(code=code) -%}
    {%- for found in modules.re.finditer(pattern, code) -%}
        {%- set relation, column = found.group(1), found.group(2) -%}
        {%- set rows -%}
            (select * from {{ relation }} where {{ holds_key(column, key, 'keys') }})
        {%- endset -%}
        {%- set parent = parents.get(relation) -%}
        {%- if parent and parent.outcome == 'changed' and stands_once(parent.name, column) -%}
            {%- set rows = rows_with_what_came(parent, column, key) -%}
        {%- endif -%}
        {%- set narrowed.code = narrowed.code | replace(found.group(0), rows) -%}
    {%- endfor -%}
    {{ return(narrowed.code) }}
{%- endmacro %}

{#- The rows of the keys at work of an import of which a value of the column stands in one row: of a value that came or went, that
    row, if there still is one, is what came. Nearly all are such, and of few others DuckDB need not read the whole table. -#}
{% macro rows_with_what_came(parent, column, key) -%}
    {%- set changed -%}
        select {{ column }} from change.added.{{ parent.name }} union all select {{ column }} from change.removed.{{ parent.name }}
    {%- endset -%}
    (
        select * from change.added.{{ parent.name }} where {{ holds_key(column, key, 'keys') }}
        union all
        select * from {{ parent.relation }}
        where {{ column }} in (
            select {{ key }} from change.keys.{{ this.identifier }}
            where {{ key }} not in (select {{ column }} from ({{ changed }}) where {{ column }} is not null)
        )
    )
{%- endmacro %}

{#- The same for imports by_key, and for those through a relation of which only what it reaches is read. What is imported more
    than once is read once: few rows are copied sooner than they are found again. -#}
{% macro code_of_keys(key, code) -%}
    {%- set of_keys = namespace(code=code) -%}
    {%- set shared = [] -%}
    {%- for relation, column in modules.re.findall(by_key_pattern(), code) | unique -%}
        {%- set import = by_key(relation, column) | trim -%}
        {%- if code.count(import) > 1 -%}
            {%- set name = 'shared_' ~ shared | length -%}
            {%- set rows = code_of_rows(by_key_pattern(), key, import) -%}
            {%- do shared.append(name ~ ' as materialized (select * from ' ~ rows ~ ')') -%}
            {%- set of_keys.code = of_keys.code | replace(import, name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set of_keys.code = code_of_rows(by_key_pattern(), key, of_keys.code) -%}
    {%- for relation, column, others, other, but, other_key, only in modules.re.findall(through_pattern(), code) if only -%}
        {%- set import = through(relation, column, others, other, other_key, true, but) | trim -%}
        {%- set reached = 'select ' ~ others ~ ' from ' ~ other ~ ' where ' ~ holds_key(other_key or key, key, 'keys') -%}
        {%- set rows = '(select * from ' ~ relation ~ ' where ' ~ column ~ ' in (' ~ reached ~ '))' -%}
        {%- set of_keys.code = of_keys.code | replace(import, rows) -%}
    {%- endfor -%}
    {%- if shared -%}
        {%- set of_keys.code = 'with ' ~ shared | join(', ') ~ ' select * from (' ~ of_keys.code ~ '\n) as of_keys' -%}
    {%- endif -%}
    {{ return(of_keys.code) }}
{%- endmacro %}
