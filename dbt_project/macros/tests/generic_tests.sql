{#- Generic tests of this project. Each returns the failing rows themselves, so that a failure explains itself. -#}

{#- The grain: no two rows share the values of these columns, and none of them, nor of `required`, is missing. One pass and
    one node a model: a test of its own per column costs dbt and Dagster more than the warehouse (430 tests: 17 s). -#}
{% test grain(model, columns, required=[]) %}
    select
        {{ columns | join(', ') }},
        {% for column in required %}
        sum(case when {{ column }} is null then 1 else 0 end) as {{ column }}_missing,
        {% endfor %}
        count(*) as copies
    from {{ model }}
    group by {{ columns | join(', ') }}
    having
        count(*) > 1
        {% for column in columns %}or {{ column }} is null {% endfor %}
        {% for column in required %}or sum(case when {{ column }} is null then 1 else 0 end) > 0 {% endfor %}
{% endtest %}

{#- The grain: no two rows share the values of these columns. -#}
{% test unique_combination(model, columns) %}
    select {{ columns | join(', ') }}, count(*) as copies
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}

{#- The value lies within bounds that are included; null passes. -#}
{% test accepted_range(model, column_name, minimum=none, maximum=none) %}
    select *
    from {{ model }}
    where false
        {%- if minimum is not none %} or {{ column_name }} < {{ minimum }}{% endif %}
        {%- if maximum is not none %} or {{ column_name }} > {{ maximum }}{% endif %}
{% endtest %}

{#- The expression holds for every row; one that gives null passes. -#}
{% test expression_is_true(model, expression) %}
    select * from {{ model }} where not ({{ expression }})
{% endtest %}

{#- The model has as many rows as another relation; `distinct_by` counts there the distinct values of an expression. -#}
{% test equal_row_count(model, to, distinct_by=none) %}
    select actual.row_count as rows_here, expected.row_count as rows_there
    from (select count(*) as row_count from {{ model }}) as actual
    cross join (
        select count({{ 'distinct ' ~ distinct_by if distinct_by else '*' }}) as row_count from {{ to }}
    ) as expected
    where actual.row_count <> expected.row_count
{% endtest %}

{#- Every value has its row in the parent; returns the whole child row. -#}
{% test foreign_key(model, column_name, to, field) %}
    select child.*
    from {{ model }} as child
    where
        child.{{ column_name }} is not null
        and child.{{ column_name }} not in (select {{ field }} from {{ to }} where {{ field }} is not null)
{% endtest %}
