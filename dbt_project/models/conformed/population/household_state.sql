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

{{ household_states('members', ['as_of_date']) }}
