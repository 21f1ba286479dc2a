-- Grain: one row per as_of_date and grid, and day from which the figures were known.
{% set measures = population_measures() %}
{% set columns = measures.resident + measures.registered + measures.household + measures.balance
    + ['disability_certificate_population', 'assistance_population'] %}
with figures as (
    {{ figures_as_known(ref('population_change'), columns) }}
),

counts as (
    select
        *,
        cast(1 as bigint) as grids,
        cast(households < {{ figure('grid_households_minimum') }} as bigint) as undersized_grids,
        cast(households > {{ figure('grid_households_maximum') }} as bigint) as oversized_grids
    from figures
),

-- A grid's own level of separation is the grid: registered in it, living outside of it.
levelled as (
    select
        *,
        separated_from_grid as separated_population,
        households - least(
            greatest(households, {{ figure('grid_households_minimum') }}), {{ figure('grid_households_maximum') }}
        ) as grid_size_deviation
    from counts
)

select
    as_of_date,
    grid_code,
    known_on,
    known_until,
    {% for column in population_counts() %}{{ column }},
    {% endfor -%}
    separated_population,
    grid_size_deviation,
    {{ population_rates() }}
from levelled
