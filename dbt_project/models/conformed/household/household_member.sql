-- Grain: one row per person with a residence: the household (户) is those who live in one dwelling.
{{ config(materialized='by_change', key='person_key') }}

with

residence as (
    select * from {{ by_key(ref('residence'), 'person_key') }}
),

registration as (
    select * from {{ by_key(ref('registration'), 'person_key') }}
)

select
    {{ household_of(
        'residence.person_key', 'residence.address_code', 'residence.grid_code', 'registration.household_number'
    ) }} as household_key,
    residence.person_key,
    registration.relation_to_head as relation
from residence
left join registration on residence.person_key = registration.person_key
where residence.valid_to is null
