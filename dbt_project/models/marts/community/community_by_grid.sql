-- Grain: one row per as_of_date and grid.
with dwellings as (
    select
        as_of_date,
        grid_code,
        count(*) as dwellings,
        count(visited_on) as visited_dwellings,
        count(case when is_visited then 1 end) as visited_dwellings_90_days,
        count(case when house_status_meaning = 'let' then 1 end) as visits_found_let,
        count(case when house_status_meaning = 'vacant' then 1 end) as visits_found_vacant,
        cast(sum(people_living_elsewhere) as bigint) as people_found_living_elsewhere,
        cast(sum(people_living_alone) as bigint) as people_found_living_alone,
        median({{ dbt.datediff('visited_on', 'as_of_date', 'day') }}) as median_days_since_visit
    from {{ ref('dwelling_state') }}
    group by as_of_date, grid_code
),

incidents as (
    select
        as_of_date,
        grid_code,
        count(*) as open_incidents
    from {{ ref('incident_state') }}
    where not is_closed
    group by as_of_date, grid_code
),

counts as (
    select
        grid_day.as_of_date,
        grid_day.grid_code,
        cast(grid.grid_worker_name is not null as bigint) as grid_workers,
        {{ zero_filled(community_counts() | reject('equalto', 'grid_workers') | list) }},
        dwellings.median_days_since_visit
    from {{ ref('grid_day') }} as grid_day
    inner join {{ ref('grid') }} as grid on grid_day.grid_code = grid.grid_code
    left join dwellings
        on grid_day.grid_code = dwellings.grid_code and grid_day.as_of_date = dwellings.as_of_date
    left join incidents
        on grid_day.grid_code = incidents.grid_code and grid_day.as_of_date = incidents.as_of_date
    left join {{ ref('household_by_grid') }} as households
        on grid_day.grid_code = households.grid_code and grid_day.as_of_date = households.as_of_date
    left join {{ ref('care_by_grid') }} as care
        on grid_day.grid_code = care.grid_code and grid_day.as_of_date = care.as_of_date
)

select
    as_of_date,
    grid_code,
    {% for column in community_counts() %}{{ column }},
    {% endfor -%}
    median_days_since_visit,
    {{ community_rates() }}
from counts
