-- Grain: one row per visit that was the last one to its dwelling on a day (走访时效): from the visit until the next.
{{ config(materialized='by_change', key='address_code') }}

with

visit as (
    select
        address_code,
        visited_on as valid_from,
        lead(visited_on) over (
            partition by address_code order by visited_on nulls last, visit_id nulls last
        ) as valid_to
    from {{ by_key(ref('dwelling_visit'), 'address_code') }}
    where address_code is not null and visited_on is not null
)

select
    visit.address_code,
    grid.grid_code,
    visit.valid_from,
    visit.valid_to
from visit
cross join {{ ref('first_day') }} as day
inner join {{ by_key(ref('dwelling'), 'address_code') }} as dwelling on visit.address_code = dwelling.address_code
inner join {{ ref('grid') }} as grid on dwelling.grid_code = grid.grid_code
where visit.valid_to is null or (visit.valid_to > day.first_day and visit.valid_to > visit.valid_from)
