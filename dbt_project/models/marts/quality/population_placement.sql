-- Grain: one row per as_of_date: every person known is placed in a grid or not placed for one reason.
select
    as_of_date,
    count(*) as people_counted,
    count(case when placement = 'grid' then 1 end) as placed,
    count(case when placement <> 'grid' then 1 end) as unplaced,
    count(case when placement = 'unknown_grid' then 1 end) as living_in_unknown_grid,
    count(case when placement = 'elsewhere' then 1 end) as living_elsewhere,
    count(case when placement = 'deceased' then 1 end) as deceased
from {{ ref('person_state') }}
group by as_of_date
