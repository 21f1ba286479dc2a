-- Grain: one row per as_of_date and old person who lives alone (独居老人), without what names them.
{{ config(materialized='ephemeral') }}

select
    household_state.as_of_date,
    household_state.grid_code,
    person_state.person_key,
    person_state.sex,
    person_state.age,
    person_state.address_code,
    person_state.is_registered,
    visit.visited_on
from {{ ref('household_state') }} as household_state
inner join {{ ref('household_member') }} as household_member
    on household_state.household_key = household_member.household_key
inner join {{ ref('person_state') }} as person_state
    on
        household_member.person_key = person_state.person_key
        and household_state.as_of_date = person_state.as_of_date
left join {{ ref('last_visit') }} as visit on person_state.address_code = visit.address_code
where household_state.is_living_alone_60_and_over and person_state.placement = 'grid'
