-- Grain: one row per as_of_date and grid in which somebody lives.
select
    as_of_date,
    grid_code,
    {{ resident_sums() }}
from {{ ref('person_state') }}
where placement = 'grid'
group by as_of_date, grid_code
