{#- How each model of a build by change was built: asked of parents, noted for children. What is asked hundreds of times stands in
    `graph.outcomes`; change.outcome has it with the rows, for whoever asks in SQL. -#}

{#- The tables, views and sources behind a model, through ephemeral models: by name their relation and outcome. -#}
{% macro parents_of(node) -%}
    {%- set parents = {} -%}
    {%- for unique_id in node.depends_on.nodes if not unique_id.startswith('seed.') -%}
        {%- set parent = graph.nodes.get(unique_id) or graph.sources[unique_id] -%}
        {%- if parent.config.materialized == 'ephemeral' -%}
            {%- do parents.update(parents_of(parent)) -%}
        {%- else -%}
            {%- set name = parent.identifier or parent.alias -%}
            {%- do parents.update({
                name: {'name': name, 'relation': parent.relation_name, 'outcome': graph.outcomes.get(name, 'whole')}
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(parents) }}
{%- endmacro %}

{#- What a materialization returns of a model whose relation stays, and its outcome. -#}
{% macro as_it_was(outcome) -%}
    {%- do note_outcome(outcome) -%}
    {{ return(left_alone()) }}
{%- endmacro %}

{#- What a materialization returns of a model whose relation stays. -#}
{% macro left_alone() -%}
    {%- call statement('main') -%} select 1 {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [this]}) }}
{%- endmacro %}

{#- Says in change.outcome how the model was built; the keys are those that collect_keys found. -#}
{% macro note_outcome(outcome, removed='null', added='null', name=this.identifier) -%}
    {%- do graph.outcomes.update({name: outcome}) -%}
    {%- do run_query(
        "insert into change.outcome values ('" ~ name ~ "', '" ~ outcome ~ "', " ~ removed ~ ', ' ~ added ~ ')'
    ) -%}
{%- endmacro %}

{#- Whether no two rows of a model share a value of this column: its grain says so, or, of a view whose grain those prove that read
    it, its config `key`. -#}
{% macro stands_once(name, column) -%}
    {%- if 'stands_once' not in graph -%}
        {%- set columns = {} -%}
        {%- for node in graph.nodes.values() -%}
            {%- if node.resource_type == 'test' and node.test_metadata and node.test_metadata.name == 'grain' -%}
                {%- do columns.update({
                    graph.nodes[node.attached_node].alias: node.test_metadata.kwargs.columns
                }) -%}
            {%- elif node.resource_type == 'model' and node.config.materialized == 'by_change_view' and node.config.key -%}
                {%- do columns.update({node.alias: [node.config.key]}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do graph.update({'stands_once': columns}) -%}
    {%- endif -%}
    {{ return(graph.stands_once.get(name) == [column]) }}
{%- endmacro %}

{#- The rows of a model that share these columns with a row that it gained in a build by change: all of them where it was built
    whole, none where it is the same. The others passed their tests in the last build, or this one would not go by change. -#}
{% macro rows_to_test(relation, columns) -%}
    {%- set outcome = outcome_of(relation.identifier) if execute else 'whole' -%}
    {%- if outcome == 'whole' -%}
        {{ return(relation) }}
    {%- elif outcome == 'same' -%}
        {{ return('(select * from ' ~ relation ~ ' where false)') }}
    {%- endif -%}
    (
        select whole.*
        from {{ relation }} as whole
        where exists (
            select 1
            from change.added.{{ relation.identifier }} as gained
            where true{% for column in columns %} and whole.{{ column }} is not distinct from gained.{{ column }}{% endfor %}
        )
    )
{%- endmacro %}

{#- The rows that a model gained in a build by change, for a test that each row passes or fails on its own: all where it was built
    whole, or where one of the `others` that the test reads is not the same. -#}
{% macro rows_gained(relation, others=[]) -%}
    {%- set outcome = outcome_of(relation.identifier) if execute else 'whole' -%}
    {%- for other in others if execute and outcome_of(other.identifier) != 'same' -%}
        {{ return(relation) }}
    {%- endfor -%}
    {%- if outcome == 'changed' -%}
        {{ return('change.added.' ~ relation.identifier) }}
    {%- elif outcome == 'same' -%}
        {{ return('(select * from ' ~ relation ~ ' where false)') }}
    {%- endif -%}
    {{ return(relation) }}
{%- endmacro %}

{#- How a model was built in a build by change; whole in any other. -#}
{% macro outcome_of(name) -%}
    {{ return(graph.outcomes.get(name, 'whole') if builds_by_change() else 'whole') }}
{%- endmacro %}
