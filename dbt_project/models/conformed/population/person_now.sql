-- Grain: one row per person known by the last day (人员现状): the columns of person_state, which turn with the days.
{{ config(materialized='by_change', key='person_key') }}
{% set birth_and_death = 'birth_date, make_date(1904,month(birth_date),day(birth_date)), died_on' %}

with

home as (
    select
        residence.person_key,
        residence.address_code,
        residence.grid_code
    from {{ day_turning('valid_from, valid_to', ref('residence'), turn='as_of_date') }} as as_of
    inner join {{ by_key(ref('residence'), 'person_key') }} as residence
        on {{ in_force('residence.valid_from', 'residence.valid_to', 'as_of.as_of_date') }}
),

people as (
    select
        as_of.as_of_date,
        person.person_key,
        person.sex,
        person.birth_date,
        person.died_on,
        home.address_code,
        home.grid_code,
        home.person_key is not null as has_home,
        coalesce(person.is_deceased, false) and coalesce(person.died_on <= as_of.as_of_date, true) as is_deceased,
        coalesce(person.is_registered, false) as is_registered,
        person.registered_grid_code,
        person.registered_area_code
    from {{ day_turning(birth_and_death, ref('person')) }} as as_of
    cross join {{ by_key(ref('person'), 'person_key') }} as person
    left join home on person.person_key = home.person_key
),

states as (
    {{ person_states('people', ['as_of_date']) }}
)

select
    person_key,
    placement,
    address_code,
    grid_code,
    sex,
    age,
    is_registered,
    registration,
    registered_grid_code,
    is_separated_from_grid,
    is_separated_from_community,
    is_separated_from_street,
    is_separated_from_district,
    is_newborn,
    died_recently
from states
