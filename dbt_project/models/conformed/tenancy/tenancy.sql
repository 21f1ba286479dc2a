-- Grain: one row per rental contract (record key: the contract number, or the row itself where it cannot be read).
{{ config(materialized='compared') }}

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
from {{ ref('stg_housing__rental_contracts') }} as contracts
cross join (select max(as_of_date) as as_of_date from {{ ref('as_of') }}) as as_of
left join {{ ref('dwelling_of_row') }} as dwelling_of_row
    on contracts.row_key = dwelling_of_row.evidence_key
left join {{ ref('person_of_statement') }} as tenant
    on contracts.row_key = tenant.evidence_key
left join {{ ref('person_of_statement') }} as landlord
    on contracts.row_key = landlord.row_key and landlord.role = 'landlord'
left join {{ ref('category_meaning') }} as meaning
    on contracts.status = meaning.code and meaning.code_set = 'rental_status'
