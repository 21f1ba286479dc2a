-- Grain: one row per rental contract (record key: the contract number, or the row itself where it cannot be read).
select
    contracts.record_key as tenancy_key,
    contracts.contract_number,
    address_link.address_code,
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
    contracts.extract,
    contracts.delivery_id,
    contracts.source_file,
    contracts.source_row
from {{ ref('stg_housing__rental_contracts') }} as contracts
cross join (select max(as_of_date) as as_of_date from {{ ref('as_of') }}) as as_of
left join {{ ref('address_link') }} as address_link
    on
        contracts.extract = address_link.extract
        and contracts.delivery_id = address_link.delivery_id
        and contracts.source_row = address_link.source_row
left join {{ ref('person_link') }} as tenant
    on
        contracts.extract = tenant.extract
        and contracts.delivery_id = tenant.delivery_id
        and contracts.source_row = tenant.source_row
        and tenant.role = 'subject'
left join {{ ref('person_link') }} as landlord
    on
        contracts.extract = landlord.extract
        and contracts.delivery_id = landlord.delivery_id
        and contracts.source_row = landlord.source_row
        and landlord.role = 'landlord'
left join {{ ref('category_meaning') }} as meaning
    on contracts.status = meaning.code and meaning.code_set = 'rental_status'
