-- Grain: one row per rental contract (record key: the contract number, or the row itself where it cannot be read).
{{ config(materialized='by_change', key='row_key') }}
{% set delivered = ref('stg_housing__rental_contracts') %}

select
    contracts.record_key as tenancy_key,
    contracts.contract_number,
    dwelling_of_row.address_code,
    tenant.person_key,
    landlord.person_key as landlord_person_key,
    contracts.start_date,
    contracts.end_date,
    contracts.status,
    coalesce(meaning.meaning, 'current') = 'ended' as is_ended,
    contracts.occupants,
    -- By the last as_of_date; for other days join on the dates and is_ended.
    coalesce(
        coalesce(meaning.meaning, 'current') <> 'ended'
        and coalesce(contracts.start_date <= as_of.as_of_date, true)
        and coalesce(contracts.end_date >= as_of.as_of_date, true),
        false
    ) as is_current,
    contracts.row_key,
    contracts.extract,
    contracts.delivery_id,
    contracts.source_file,
    contracts.source_row
from {{ by_key(delivered, 'row_key') }} as contracts
cross join {{ day_turning('start_date, end_date+1', delivered) }} as as_of
left join {{ by_key(ref('dwelling_of_row'), 'evidence_key') }} as dwelling_of_row
    on contracts.row_key = dwelling_of_row.evidence_key and dwelling_of_row.extract = 'housing.rental_contracts'
left join {{ by_key(ref('person_of_statement'), 'evidence_key') }} as tenant
    on contracts.row_key = tenant.evidence_key and tenant.extract = 'housing.rental_contracts'
left join {{ by_key(ref('person_of_statement'), 'row_key') }} as landlord
    on
        contracts.row_key = landlord.row_key
        and landlord.extract = 'housing.rental_contracts'
        and landlord.role = 'landlord'
left join {{ ref('category_meaning') }} as meaning
    on contracts.status = meaning.code and meaning.code_set = 'rental_status'
