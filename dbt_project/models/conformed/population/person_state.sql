-- Grain: one row per as_of_date and person known by then: where they live, where they are registered, how old they are.
with homes as (
    select
        as_of.as_of_date,
        residence.person_key,
        residence.address_code,
        residence.grid_code
    from {{ ref('as_of') }} as as_of
    inner join {{ ref('residence') }} as residence
        on {{ in_force('residence.valid_from', 'residence.valid_to', 'as_of.as_of_date') }}
),

people as (
    select
        as_of.as_of_date,
        person.person_key,
        person.sex,
        person.birth_date,
        person.died_on,
        homes.address_code,
        homes.grid_code,
        homes.person_key is not null as has_home,
        coalesce(person.is_deceased, false) and coalesce(person.died_on <= as_of.as_of_date, true) as is_deceased,
        coalesce(person.is_registered, false) as is_registered,
        person.registered_grid_code,
        person.registered_area_code
    from {{ ref('as_of') }} as as_of
    cross join {{ ref('person') }} as person
    left join homes on person.person_key = homes.person_key and as_of.as_of_date = homes.as_of_date
)

{{ person_states('people', ['as_of_date']) }}
