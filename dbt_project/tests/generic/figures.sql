{#- Generic tests of the marts: coverage of grids, sums, ratios and roll-ups. Each returns the rows that fail. -#}

{#- Every grid of every day has its row, and no row is of another grid. -#}
{% test has_every_grid(model) %}
    select
        grid_day.as_of_date as expected_date,
        grid_day.grid_code as expected_grid_code,
        actual.as_of_date,
        actual.grid_code
    from {{ ref('grid_day') }} as grid_day
    full outer join {{ model }} as actual
        on grid_day.as_of_date = actual.as_of_date and grid_day.grid_code = actual.grid_code
    where grid_day.grid_code is null or actual.grid_code is null
{% endtest %}

{#- All expressions hold for every row, and the ratios lie between 0 and 1. An expression that gives null fails; a ratio
    that is null (nothing to divide by) passes. -#}
{% test arithmetic_holds(model, expressions, ratios=[]) %}
    select *
    from {{ model }}
    where
        false{% for expression in expressions %} or not coalesce({{ expression }}, false){% endfor %}
        or false{% for ratio in ratios %} or {{ ratio }} not between 0 and 1{% endfor %}
{% endtest %}

{#- Every figure of every area that adds up equals the sum of the area's grids. `theme` is one of those that
    theme_counts knows. -#}
{% test roll_up_equals_grids(model, theme) %}{% set columns = theme_counts(theme) %}
    select
        areas.area_level,
        areas.area_code,
        sums.*
    from {{ model }} as areas
    full outer join (
        select
            figures.as_of_date,
            grid_area.area_level,
            grid_area.area_code{% for column in columns %}, sum(figures.{{ column }}) as {{ column }}{% endfor %}
        from {{ ref(theme ~ '_by_grid') }} as figures
        inner join {{ ref('grid_area') }} as grid_area on figures.grid_code = grid_area.grid_code
        group by figures.as_of_date, grid_area.area_level, grid_area.area_code
    ) as sums
        on
            areas.as_of_date = sums.as_of_date
            and areas.area_level = sums.area_level
            and areas.area_code = sums.area_code
    where
        areas.area_code is null
        or sums.area_code is null{% for column in columns %}
        or areas.{{ column }} is distinct from sums.{{ column }}{% endfor %}
{% endtest %}

{#- On every day of the model, `column` equals the sum of `summed` over another relation. -#}
{% test equals_sum_by_day(model, column, to, summed) %}
    select
        actual.as_of_date,
        actual.figure as figure_here,
        expected.figure as sum_there
    from (select as_of_date, sum({{ column }}) as figure from {{ model }} group by as_of_date) as actual
    left join (select as_of_date, sum({{ summed }}) as figure from {{ to }} group by as_of_date) as expected
        on actual.as_of_date = expected.as_of_date
    where actual.figure is distinct from expected.figure
{% endtest %}

{#- The records that record_placement calls placed are those that the marts by grid count. -#}
{% test placed_records_are_in_marts(model) %}
    {% set marts = {
        'people': [ref('population_by_grid'), 'resident_population'],
        'dwellings': [ref('housing_by_grid'), 'dwellings'],
        'incidents': [ref('safety_by_grid'), 'incidents'],
        'enterprises': [ref('organisations_by_grid'), 'enterprises'],
    } %}
    with counted as (
        {% for theme, mart in marts.items() %}
        select as_of_date, '{{ theme }}' as theme, sum({{ mart[1] }}) as records from {{ mart[0] }} group by as_of_date
        {{ 'union all' if not loop.last }}
        {% endfor %}
    )

    select
        placement.*,
        counted.records
    from {{ model }} as placement
    inner join counted on placement.as_of_date = counted.as_of_date and placement.theme = counted.theme
    where placement.placed <> counted.records
{% endtest %}
