-- Grain: one row per as_of_date and household with a resident at a known dwelling, or with several residents.
with members as (
    select
        person_state.as_of_date,
        household_member.household_key,
        person_state.address_code,
        person_state.grid_code,
        person_state.age
    from {{ ref('person_state') }} as person_state
    inner join {{ ref('household_member') }} as household_member
        on person_state.person_key = household_member.person_key
    where person_state.placement = 'grid'
)

-- Somebody of unknown age counts as under 60: a household is an empty nest only where every age is known.
select
    as_of_date,
    household_key,
    min(grid_code) as grid_code,
    count(*) as members,
    count(*) = 1 as is_one_person,
    count(case when age >= 60 then 1 end) = count(*) as is_empty_nest,
    count(*) = 1 and count(case when age >= 60 then 1 end) = 1 as is_living_alone_60_and_over,
    count(case when age >= 65 then 1 end) > 0 as has_65_and_over
from members
group by as_of_date, household_key
-- Nobody is taken to live alone only because the dwelling that they share is not decided.
having count(*) > 1 or min(address_code) is not null
