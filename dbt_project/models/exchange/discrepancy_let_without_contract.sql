-- Grain: one row per house of the housing register that the last visit found let and that no tenancy in force names
-- (出租未备案). Where no contract was ever delivered nothing is claimed.
{{ config(materialized='ephemeral') }}

with

dwelling as (
    select * from {{ ref('dwelling_in_doubt') }} where house_status_meaning = 'let' and tenancies = 0
)

select
    dwelling_of_row.evidence_key,
    cast(null as varchar) as person_key,
    dwelling.address_code,
    'house_code' as attribute,
    dwelling.visit_key as other_key,
    'house_status' as other_attribute
from dwelling
inner join {{ ref('dwelling_of_row') }} as dwelling_of_row
    on dwelling.address_code = dwelling_of_row.address_code and dwelling_of_row.extract = 'housing.housing_units'
where exists (select 1 from {{ ref('tenancy') }})
