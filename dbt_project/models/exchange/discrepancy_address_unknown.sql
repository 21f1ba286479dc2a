-- Grain: one row per delivered row whose address gives no dwelling (地址无法识别); an incident may happen anywhere.
select
    address_link.extract,
    'subject' as role,
    address_link.record_key,
    address_link.version,
    address_link.delivery_id,
    address_link.source_file,
    address_link.source_row,
    person_link.person_key,
    cast(null as varchar) as address_code,
    'address' as attribute,
    attribute_column.column_name,
    cast(null as varchar) as evidence_extract,
    cast(null as varchar) as evidence_file,
    cast(null as bigint) as evidence_row,
    cast(null as varchar) as evidence_attribute,
    cast(null as varchar) as evidence_column
from {{ ref('address_link') }} as address_link
inner join {{ ref('attribute_column') }} as attribute_column
    on address_link.extract = attribute_column.extract and attribute_column.attribute = 'address'
inner join {{ ref('address_evidence') }} as address_evidence
    on
        address_link.extract = address_evidence.extract
        and address_link.delivery_id = address_evidence.delivery_id
        and address_link.source_row = address_evidence.source_row
left join {{ ref('person_link') }} as person_link
    on
        address_link.extract = person_link.extract
        and address_link.delivery_id = person_link.delivery_id
        and address_link.source_row = person_link.source_row
        and person_link.role = 'subject'
where
    address_link.address_code is null
    and address_evidence.address_text is not null
    and address_evidence.meaning <> 'incident'
