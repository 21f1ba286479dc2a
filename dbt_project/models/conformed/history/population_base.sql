-- Grain: one row per grid: what is counted of those about whom nothing changes within the days (人口指标基数).
{% set measures = population_measures() %}
{% set stocks = measures.resident + measures.registered + measures.household + measures.care %}
with

resident as (
    select
        grid_code,
        {{ resident_sums() }}
    from {{ ref('person_state') }}
    where placement = 'grid'
    group by grid_code
),

on_last_day as (
    select
        grid.grid_code,
        {{ zero_filled(stocks) }}
    from {{ ref('grid') }} as grid
    left join resident on grid.grid_code = resident.grid_code
    left join {{ ref('registered_by_grid') }} as registered on grid.grid_code = registered.grid_code
    left join {{ ref('household_by_grid') }} as households on grid.grid_code = households.grid_code
    left join {{ ref('care_by_grid') }} as care on grid.grid_code = care.grid_code
),

{{ unchanged(ref('population_change'), 'on_last_day', stocks) }}

-- Nobody of them comes or goes.
select
    unchanged.*,
    unchanged.resident_population as opening_population,
    cast(0 as bigint) as births,
    cast(0 as bigint) as arrivals,
    cast(0 as bigint) as deaths,
    cast(0 as bigint) as departures
from unchanged
