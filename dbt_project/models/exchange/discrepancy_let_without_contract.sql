-- Grain: one row per house of the housing register that the last visit found let and that no tenancy in force names
-- (出租未备案). Where no contract was ever delivered nothing is claimed.
{{ config(materialized='ephemeral') }}

with

dwelling as (
    select * from {{ ref('dwelling_in_doubt') }} where house_status_meaning = 'let' and tenancies = 0
)

select
    source_record.extract,
    'subject' as role,
    source_record.record_key,
    source_record.version,
    source_record.delivery_id,
    source_record.source_file,
    source_record.source_row,
    cast(null as varchar) as person_key,
    dwelling.address_code,
    'tenancy' as attribute,
    'house_code' as column_name,
    visit.extract as evidence_extract,
    visit.source_file as evidence_file,
    visit.source_row as evidence_row,
    'house_status' as evidence_attribute,
    'house_status' as evidence_column
from dwelling
inner join {{ ref('dwelling_of_row') }} as dwelling_of_row on dwelling.address_code = dwelling_of_row.address_code
inner join {{ ref('source_record') }} as source_record
    on dwelling_of_row.evidence_key = source_record.row_key and source_record.extract = 'housing.housing_units'
inner join {{ ref('source_record') }} as visit on dwelling.visit_key = visit.row_key
where exists (select 1 from {{ ref('tenancy') }})
