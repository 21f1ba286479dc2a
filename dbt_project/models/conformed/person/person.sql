-- Grain: one row per person (人员) that any department names.
{{ config(materialized='by_change', key='person_key') }}

with

person_value as (
    select * from {{ by_key(ref('person_value'), 'person_key') }}
),

registration as (
    select * from {{ by_key(ref('registration'), 'person_key') }}
),

death as (
    select * from {{ by_key(ref('death'), 'person_key') }}
),

permit_area as (
    select * from {{ by_key(ref('permit_area'), 'person_key') }}
)

select
    person_value.person_key,
    person_value.identity_number,
    person_value.name,
    person_value.sex,
    person_value.birth_date,
    person_value.phone,
    registration.ethnicity,
    registration.marital_status,
    registration.education,
    death.person_key is not null as is_deceased,
    death.died_on,
    registration.registration_status,
    registration.registered_address_code,
    registration.registered_grid_code,
    coalesce(registration.is_normal, false) as is_registered,
    permit_area.registered_area_code
from person_value
left join registration on person_value.person_key = registration.person_key
left join death on person_value.person_key = death.person_key
left join permit_area on person_value.person_key = permit_area.person_key
