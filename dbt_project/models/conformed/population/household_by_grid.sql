-- Grain: one row per as_of_date and grid with a household.
select
    as_of_date,
    grid_code,
    count(*) as households,
    cast(sum(members) as bigint) as household_members,
    count(case when is_one_person then 1 end) as one_person_households,
    count(case when is_living_alone_60_and_over then 1 end) as living_alone_60_and_over,
    count(case when is_empty_nest then 1 end) as empty_nest_households,
    count(case when has_65_and_over then 1 end) as households_with_65_and_over
from {{ ref('household_state') }}
group by as_of_date, grid_code
