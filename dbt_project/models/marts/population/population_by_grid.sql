-- Grain: one row per as_of_date and grid.
with residents as (
    select
        as_of_date,
        grid_code,
        count(*) as resident_population,
        count(case when registration = 'floating' then 1 end) as floating_population,
        count(case when registration = 'unknown' then 1 end) as registration_unknown_population,
        count(case when sex = '1' then 1 end) as male_population,
        count(case when sex = '2' then 1 end) as female_population,
        count(case when sex is null then 1 end) as sex_unknown_population,
        count(case when age < 14 then 1 end) as age_under_14,
        count(case when age < 15 then 1 end) as age_0_14,
        count(case when age between 15 and 59 then 1 end) as age_15_59,
        count(case when age >= 60 then 1 end) as age_60_and_over,
        count(case when age >= 65 then 1 end) as age_65_and_over,
        count(case when age >= 80 then 1 end) as age_80_and_over,
        count(case when age is null then 1 end) as age_unknown,
        count(case when is_newborn then 1 end) as births_30_days
    from {{ ref('person_state') }}
    where placement = 'grid'
    group by as_of_date, grid_code
),

counts as (
    select
        grid_day.as_of_date,
        grid_day.grid_code,
        cast(1 as bigint) as grids,
        cast(coalesce(households.households, 0) < {{ figure('grid_households_minimum') }} as bigint)
            as undersized_grids,
        cast(coalesce(households.households, 0) > {{ figure('grid_households_maximum') }} as bigint)
            as oversized_grids,
        {{ zero_filled(population_counts() | reject('in', ['grids', 'undersized_grids', 'oversized_grids']) | list) }}
    from {{ ref('grid_day') }} as grid_day
    left join residents
        on grid_day.grid_code = residents.grid_code and grid_day.as_of_date = residents.as_of_date
    left join {{ ref('registered_by_grid') }} as registered
        on grid_day.grid_code = registered.grid_code and grid_day.as_of_date = registered.as_of_date
    left join {{ ref('household_by_grid') }} as households
        on grid_day.grid_code = households.grid_code and grid_day.as_of_date = households.as_of_date
    left join {{ ref('care_by_grid') }} as care
        on grid_day.grid_code = care.grid_code and grid_day.as_of_date = care.as_of_date
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
    {% for column in population_counts() %}{{ column }},
    {% endfor -%}
    separated_population,
    grid_size_deviation,
    {{ population_rates() }}
from levelled
