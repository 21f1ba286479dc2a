-- Grain: one row per household (家庭户现状) with a resident at a known dwelling, or with several residents.
{{ config(materialized='by_change', key='household_key') }}

with

members as (
    select
        household_member.household_key,
        person_now.address_code,
        person_now.grid_code,
        person_now.age
    from {{ through(
        ref('person_now'), 'person_key', 'person_key', ref('household_member'), 'household_key'
    ) }} as person_now
    inner join {{ by_key(ref('household_member'), 'household_key') }} as household_member
        on person_now.person_key = household_member.person_key
    where person_now.placement = 'grid'
)

{{ household_states('members', []) }}
