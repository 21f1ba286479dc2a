-- Grain: one row per earlier grid code and grid in which dwellings of it lie now.
select
    earlier_grid_code,
    grid_code,
    dwellings,
    last_told_on
from {{ ref('grid_succession') }}
