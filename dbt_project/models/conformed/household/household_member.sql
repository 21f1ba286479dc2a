-- Grain: one row per person with a residence: the household (户) is those who live in one dwelling.
with

residence as (
    select * from {{ ref('residence') }}
),

registration as (
    select * from {{ ref('registration') }}
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
