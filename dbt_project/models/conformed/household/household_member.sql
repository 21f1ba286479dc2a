-- Grain: one row per person with a residence: the household (户) is those who live in one dwelling.
with

residence as (
    select * from {{ ref('residence') }}
),

registration as (
    select * from {{ ref('registration') }}
)

select
    case
        when residence.address_code is not null then 'D' || residence.address_code
        when registration.household_number is not null and residence.grid_code is not null
            then 'R' || registration.household_number || residence.grid_code
        else 'P' || residence.person_key
    end as household_key,
    residence.person_key,
    registration.relation_to_head as relation
from residence
left join registration on residence.person_key = registration.person_key
where residence.valid_to is null
