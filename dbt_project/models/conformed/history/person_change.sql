-- Grain: one row per cell of person_cell: the state of the person (人员状态区间), in the columns of person_state.
with

person as (
    select * from {{ ref('person') }}
),

day as (
    select distinct last_day from {{ ref('day') }}
),

person_home as (
    select * from {{ ref('person_home') }}
),

moving as (
    select distinct person_key from {{ ref('residence_version') }}
),

people as (
    select
        person_cell.*,
        person.sex,
        person.birth_date,
        person.died_on,
        case when moving.person_key is null then residence.address_code else person_home.address_code end
            as address_code,
        case when moving.person_key is null then residence.grid_code else person_home.grid_code end as grid_code,
        case when moving.person_key is null then residence.person_key else person_home.person_key end is not null
        and not coalesce(person.is_deceased and person.died_on > day.last_day, false) as has_home,
        coalesce(person.is_deceased, false)
        and coalesce(person.died_on <= person_cell.valid_from, true)
        and coalesce(death_known.known_from <= person_cell.known_from, true) as is_deceased,
        coalesce(person.is_registered, false) as is_registered,
        person.registered_grid_code,
        person.registered_area_code
    from {{ ref('person_cell') }} as person_cell
    cross join day
    inner join person on person_cell.person_key = person.person_key
    left join moving on person_cell.person_key = moving.person_key
    left join person_home
        on
            person_cell.person_key = person_home.person_key
            and person_cell.valid_from = person_home.valid_from
            and person_cell.known_from = person_home.known_from
    left join {{ ref('residence') }} as residence on person_cell.person_key = residence.person_key
    left join {{ ref('death_known') }} as death_known on person_cell.person_key = death_known.person_key
)

{{ person_states('people', ['valid_from', 'valid_to', 'known_from', 'known_to']) }}
