{#- Models that are brought up to date by what changed since the last build. DuckDB only.

    `by_change` is a table each of whose rows depends only on the input rows of its own key (config `key`: a column,
    never null). In a build by change the keys that the changes of its parents concern are computed again, and the rows that
    differ are exchanged. Which keys these are the imports say:
      by_key(ref('x'), 'column')   it stands in this column of x: only rows of the keys at work are read;
      by_other(ref('x'), 'column')   the same of the other of two (below);
      through(ref('x'), 'column', 'other', ref('y'))   it stands in y, where this other column equals the column of x;
      dictionary(ref('x'))   none: x tells of each text the same as long as any row carries it, so that what it gains and
        loses goes with rows that another import has.
    Any other import is a lookup: where one has changed, or too many keys are touched, the model is computed whole and then compared
    with how it stood (compared.sql), so that one name that was learnt does not have all that reads it built whole, too.

    What a text says by itself is a dictionary (config `dictionary`): its rows hang on nothing but their key and lookups, and stand
    as long as any row that is imported by_key has the key. Then nothing need be read but what came, save for keys that went.

    A row may also stand for a pair of two things that have keys of one kind (config `other_key`: the column of the second; no pair
    stands twice). All pairs of which a key at work is either one are then computed again: those of the imports by_key with all of
    by_other, and all with those of by_other.

    What a model gained and lost its children read in the database `change`, which lives in memory as long as the build (see
    sources.sql): change.added.<model> and change.removed.<model>, and in change.outcome how it was built: same, changed (then
    those two are there) or whole. A model that is not there is a plain table or view (plain.sql), built whole. -#}

{% materialization by_change, adapter="duckdb" %}
    {%- if not builds_by_change() -%}
        {{ return(materialization_table_duckdb()) }}
    {%- endif -%}
    {%- set lookups = modules.re.sub('"[^ ]+" /[*] (by key|by other|through|dictionary) [^*]*[*]/', '', compiled_code) -%}
    {%- set changed, looked_up, whole = [], [], [] -%}
    {%- for parent in parents_of(model).values() -%}
        {%- if parent.outcome == 'whole' -%}
            {%- do whole.append(parent) -%}
        {%- elif parent.outcome == 'changed' -%}
            {%- do (looked_up if parent.relation in lookups else changed).append(parent) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if load_cached_relation(this) is not none and not whole -%}
        {%- if not changed and not looked_up -%}
            {{ return(as_it_was('same')) }}
        {%- endif -%}
        {%- if not looked_up and collect_keys(config.get('key'), compiled_code, changed) -%}
            {{ return(exchange(config.get('key'), compiled_code, config.get('other_key'))) }}
        {%- endif -%}
        {{ return(materialization_compared_duckdb()) }}
    {%- endif -%}
    {%- do note_outcome('whole') -%}
    {{ return(materialization_table_duckdb()) }}
{% endmaterialization %}

{% materialization by_change_view, adapter="duckdb" %}
    {%- if not builds_by_change() -%}
        {{ return(materialization_view_duckdb()) }}
    {%- endif -%}
    {%- set parents = parents_of(model) -%}
    {%- set outcomes = parents.values() | map(attribute='outcome') | list -%}
    {%- if 'whole' in outcomes or load_cached_relation(this) is none -%}
        {%- do note_outcome('whole') -%}
        {{ return(materialization_view_duckdb()) }}
    {%- endif -%}
    {%- if 'changed' not in outcomes -%}
        {{ return(as_it_was('same')) }}
    {%- endif -%}
    {%- for side in ('added', 'removed') -%}
        {%- set of_changes = namespace(code=compiled_code) -%}
        {%- for name, parent in parents.items() -%}
            {%- set rows = 'change.' ~ side ~ '.' ~ name if parent.outcome == 'changed'
                else '(select * from ' ~ parent.relation ~ ' where false)' -%}
            {%- set of_changes.code = of_changes.code | replace(parent.relation, rows) -%}
        {%- endfor -%}
        {%- do run_query('create view change.' ~ side ~ '.' ~ this.identifier ~ ' as ' ~ of_changes.code) -%}
    {%- endfor -%}
    {{ return(as_it_was('changed')) }}
{% endmaterialization %}
