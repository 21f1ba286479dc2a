-- Grain: one row per visit that was the last one to its dwelling on a day (走访时效): from the visit until the next.
with

visit as (
    select
        address_code,
        visited_on as valid_from,
        lead(visited_on) over (
            partition by address_code order by visited_on nulls last, visit_id nulls last
        ) as valid_to
    from {{ ref('dwelling_visit') }}
    where address_code is not null and visited_on is not null
)

select
    visit.address_code,
    grid.grid_code,
    visit.valid_from,
    visit.valid_to
from visit
cross join (select distinct first_day from {{ ref('day') }}) as day
inner join {{ ref('dwelling') }} as dwelling on visit.address_code = dwelling.address_code
inner join {{ ref('grid') }} as grid on dwelling.grid_code = grid.grid_code
where visit.valid_to is null or (visit.valid_to > day.first_day and visit.valid_to > visit.valid_from)
