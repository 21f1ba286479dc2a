-- Grain: one row per as_of_date and grid: the rows that every mart by grid has.
select
    as_of.as_of_date,
    grid.grid_code,
    grid.community_code,
    grid.street_code,
    grid.district_code
from {{ ref('day') }} as as_of
cross join {{ ref('grid') }} as grid
