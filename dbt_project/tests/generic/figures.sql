{#- Generic tests of the marts: coverage of grids, ratios, sums and roll-ups. Each returns the rows that fail. -#}

{#- The ratios lie between 0 and 1; null (nothing to divide by) passes. -#}
{% test ratios_between_zero_and_one(model, columns) %}
    select *
    from {{ model }}
    where false
        {%- for column in columns %} or {{ column }} < 0 or {{ column }} > 1{% endfor %}
{% endtest %}

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

{#- All expressions hold for every row; one that gives null fails. -#}
{% test arithmetic_holds(model, expressions) %}
    select *
    from {{ model }}
    where false
        {%- for expression in expressions %} or not coalesce({{ expression }}, false){% endfor %}
{% endtest %}

{#- Every figure of every area that adds up equals the sum of the area's grids. `theme` names the macro <theme>_counts. -#}
{% test roll_up_equals_grids(model, theme) %}
    {%- set columns = context[theme ~ '_counts']() %}
    select
        areas.area_level,
        areas.area_code,
        sums.*
    from {{ model }} as areas
    full outer join (
        select
            figures.as_of_date,
            grid_area.area_level,
            grid_area.area_code
            {%- for column in columns %}, sum(figures.{{ column }}) as {{ column }}{% endfor %}
        from {{ ref(theme ~ '_by_grid') }} as figures
        inner join {{ ref('grid_area') }} as grid_area on figures.grid_code = grid_area.grid_code
        group by figures.as_of_date, grid_area.area_level, grid_area.area_code
    ) as sums
        on
            areas.as_of_date = sums.as_of_date
            and areas.area_level = sums.area_level
            and areas.area_code = sums.area_code
    where areas.area_code is null or sums.area_code is null
        {%- for column in columns %} or areas.{{ column }} is distinct from sums.{{ column }}{% endfor %}
{% endtest %}
