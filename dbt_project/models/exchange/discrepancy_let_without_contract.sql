-- Grain: one row per house of the housing register that the last visit found let and that no tenancy in force names
-- (出租未备案). Where no contract was ever delivered nothing is claimed.
{{ config(materialized='ephemeral') }}

with

dwelling as (
    select * from {{ ref('dwelling_in_doubt') }} where house_status_meaning = 'let' and tenancies = 0
)

select
    address_link.extract,
    'subject' as role,
    address_link.record_key,
    address_link.version,
    address_link.delivery_id,
    address_link.source_file,
    address_link.source_row,
    cast(null as varchar) as person_key,
    dwelling.address_code,
    'tenancy' as attribute,
    'house_code' as column_name,
    dwelling.visit_extract as evidence_extract,
    dwelling.visit_file as evidence_file,
    dwelling.visit_row as evidence_row,
    'house_status' as evidence_attribute,
    'house_status' as evidence_column
from dwelling
inner join {{ ref('address_link') }} as address_link
    on dwelling.address_code = address_link.address_code and address_link.extract = 'housing.housing_units'
where exists (select 1 from {{ ref('tenancy') }})
