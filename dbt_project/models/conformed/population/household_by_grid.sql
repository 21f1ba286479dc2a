-- Grain: one row per as_of_date and grid with a household.
select
    as_of_date,
    grid_code,
    {{ household_sums() }}
from {{ ref('household_state') }}
group by as_of_date, grid_code
