{#- Generic tests of this project. Each returns the failing rows themselves, so that a failure explains itself. -#}

{#- The grain: no two rows share the values of these columns; none of them, nor of `required`, is missing, save those
    that `may_be_missing` names. With `as_many_as` there is a row for each of another relation's (or for each of its distinct
    values of `distinct_by`); how many rows lack stands in a row of its own. One node a model: a node for each column
    costs dbt and Dagster more than it costs the warehouse. A build by change looks at the values that rows gained. -#}
{% test grain(model, columns, required=[], may_be_missing=[], as_many_as=none, distinct_by=none) %}
    select
        {{ columns | join(', ') }},
        {% for column in required %}
        0 as {{ column }}_missing,
        {% endfor %}
        {% if as_many_as %}
        0 as rows_missing,
        {% endif %}
        count(*) as copies
    from {{ rows_to_test(model, columns) }} as tested
    group by {{ columns | join(', ') }}
    having
        count(*) > 1
        {% for column in columns if column not in may_be_missing %}
        or {{ column }} is null
        {% endfor %}
    {#- By itself, and not counted beside the copies: what no row lacks is not even read. #}
    {% if required %}
    union all
    select
        {{ columns | join(', ') }},
        {% for column in required %}
        case when {{ column }} is null then 1 else 0 end as {{ column }}_missing,
        {% endfor %}
        {% if as_many_as %}
        0 as rows_missing,
        {% endif %}
        1 as copies
    from {{ rows_gained(model) }} as tested
    where {{ required | join(' is null or ') }} is null
    {% endif %}
    {% if as_many_as %}
    union all
    select
        {% for column in columns %}
        null as {{ column }},
        {% endfor %}
        {% for column in required %}
        0 as {{ column }}_missing,
        {% endfor %}
        expected.row_count - actual.row_count as rows_missing,
        0 as copies
    {#- Of a source of which only files came: their rows, for of the others as many as there are stand already. -#}
    {% set gained = execute and distinct_by and outcome_of(model.identifier) != 'whole'
        and only_gained(as_many_as.identifier) %}
    {% set others = 'change.added.' ~ as_many_as.identifier if gained else as_many_as %}
    from (
        select count(*) as row_count
        from {{ model }}
        {% if gained %}
        where {{ columns[0] }} in (select {{ distinct_by }} from {{ others }})
        {% endif %}
    ) as actual
    cross join (
        select count({{ 'distinct ' ~ distinct_by if distinct_by else '*' }}) as row_count from {{ others }}
    ) as expected
    where actual.row_count <> expected.row_count
    {% endif %}
{% endtest %}

{#- The value lies within bounds that are included; null passes. -#}
{% test accepted_range(model, column_name, minimum=none, maximum=none) %}
    select *
    from {{ rows_gained(model) }}
    where false
        {%- if minimum is not none %} or {{ column_name }} < {{ minimum }}{% endif %}
        {%- if maximum is not none %} or {{ column_name }} > {{ maximum }}{% endif %}
{% endtest %}

{#- The expression holds for every row; one that gives null passes. -#}
{% test expression_is_true(model, expression) %}
    select * from {{ model }} where not ({{ expression }})
{% endtest %}

{#- Every value has its row in the parent; returns the whole child row. -#}
{% test foreign_key(model, column_name, to, field) %}
    select child.*
    from {{ rows_gained(model, [to]) }} as child
    where
        child.{{ column_name }} is not null
        and child.{{ column_name }} not in (select {{ field }} from {{ to }} where {{ field }} is not null)
{% endtest %}
