{#- Arithmetic that every mart shares: ratios, ages, figures from the rule table, and the roll-up from grids to areas. -#}

{#- numerator ÷ denominator as a double; null where the denominator is 0 or null. Cast first, so that whole numbers do not divide as whole numbers. -#}
{% macro ratio(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif({{ denominator }}, 0)
{%- endmacro %}

{#- Completed years between two dates (周岁): a birthday counts from the day itself. -#}
{% macro full_years(birth_date, on_date) -%}
    extract(year from {{ on_date }}) - extract(year from {{ birth_date }})
    - case
        when extract(month from {{ on_date }}) * 100 + extract(day from {{ on_date }})
            < extract(month from {{ birth_date }}) * 100 + extract(day from {{ birth_date }}) then 1
        else 0
    end
{%- endmacro %}

{#- Is `day` one of the last `window` days up to and including `on_date`? `window` names a row of the rule table figures. -#}
{% macro within_last(day, on_date, window) -%}
    {{ dbt.datediff(day, on_date, 'day') }} >= 0
    and {{ dbt.datediff(day, on_date, 'day') }} < {{ figure(window) }}
{%- endmacro %}

{#- The value of one row of seeds/rules/figures.csv. -#}
{% macro figure(name) -%}
    (select rule.value from {{ ref('figures') }} as rule where rule.figure = '{{ name }}')
{%- endmacro %}

{#- Was the interval from..until (until excluded, null = still open) in force on a day? -#}
{% macro in_force(valid_from, valid_to, on_date) -%}
    ({{ valid_from }} is null or {{ valid_from }} <= {{ on_date }})
    and ({{ valid_to }} is null or {{ valid_to }} > {{ on_date }})
{%- endmacro %}

{#- `coalesce(column, 0) as column` for counts that come from outer joins: a grid without people has 0 people. -#}
{% macro zero_filled(columns) -%}
    {% for column in columns -%}
        coalesce({{ column }}, 0) as {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{#- Sums a by-grid mart's additive columns for every community, street and district of conformed.grid_area.
    `decimals` names the columns that are decimal(18, 2); the others are whole numbers. -#}
{% macro rolled_up(by_grid, counts, decimals=[]) -%}
    select
        figures.as_of_date,
        grid_area.area_level,
        grid_area.area_code,
        {% for column in counts -%}
            cast(sum(figures.{{ column }}) as {{ 'decimal(18, 2)' if column in decimals else 'bigint' }})
                as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref(by_grid) }} as figures
    inner join {{ ref('grid_area') }} as grid_area on figures.grid_code = grid_area.grid_code
    group by figures.as_of_date, grid_area.area_level, grid_area.area_code
{%- endmacro %}

{#- The columns of a theme that add up. Written out, because a generic test sees only the macros that it names. -#}
{% macro theme_counts(theme) %}
    {{ return({
        'population': population_counts(),
        'housing': housing_counts(),
        'community': community_counts(),
        'safety': safety_counts(),
        'party': party_counts(),
        'organisations': organisations_counts(),
    }[theme]) }}
{% endmacro %}
