-- Grain: one row per household whose members change within the days, and cell in which they do not (家庭户状态区间).
with

day as (
    select distinct first_day from {{ ref('day') }}
),

person_change as (
    select * from {{ ref('person_change') }}
),

moved as (
    select
        {{ household_of('person_change.person_key', 'person_change.address_code', 'person_change.grid_code',
            'registration.household_number') }} as household_key,
        person_change.*
    from person_change
    left join {{ ref('registration') }} as registration on person_change.person_key = registration.person_key
    where person_change.placement = 'grid'
),

-- Their fellow members about whom nothing changes.
stayed as (
    select
        household_member.household_key,
        person_state.address_code,
        person_state.grid_code,
        person_state.age
    from {{ ref('household_member') }} as household_member
    inner join (select distinct household_key from moved) as touched
        on household_member.household_key = touched.household_key
    inner join {{ ref('person_state') }} as person_state on household_member.person_key = person_state.person_key
    left join (select distinct person_key from person_change) as changing
        on household_member.person_key = changing.person_key
    where changing.person_key is null and person_state.placement = 'grid'
),

{{ events_of_cells('household_key', 'moved') }},

{{ cells('household_key') }},

members as (
    select
        cell.*,
        moved.address_code,
        moved.grid_code,
        moved.age
    from cell
    inner join moved
        on
            cell.household_key = moved.household_key
            and {{ in_force('moved.valid_from', 'moved.valid_to', 'cell.valid_from') }}
            and {{ in_force('moved.known_from', 'moved.known_to', 'cell.known_from') }}
    union all
    select
        cell.*,
        stayed.address_code,
        stayed.grid_code,
        stayed.age
    from cell
    inner join stayed on cell.household_key = stayed.household_key
)

{{ household_states('members', ['valid_from', 'valid_to', 'known_from', 'known_to']) }}
