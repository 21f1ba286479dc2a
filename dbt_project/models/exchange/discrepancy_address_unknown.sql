-- Grain: one row per delivered row whose address gives no dwelling (地址无法识别); an incident may happen anywhere.
select
    source_record.extract,
    'subject' as role,
    source_record.record_key,
    source_record.version,
    source_record.delivery_id,
    source_record.source_file,
    source_record.source_row,
    person_of_statement.person_key,
    cast(null as varchar) as address_code,
    'address' as attribute,
    attribute_column.column_name,
    cast(null as varchar) as evidence_extract,
    cast(null as varchar) as evidence_file,
    cast(null as bigint) as evidence_row,
    cast(null as varchar) as evidence_attribute,
    cast(null as varchar) as evidence_column
from {{ ref('dwelling_of_row') }} as dwelling_of_row
inner join {{ ref('address_evidence') }} as address_evidence
    on dwelling_of_row.evidence_key = address_evidence.evidence_key
inner join {{ ref('source_record') }} as source_record on dwelling_of_row.evidence_key = source_record.row_key
inner join {{ ref('attribute_column') }} as attribute_column
    on source_record.extract = attribute_column.extract and attribute_column.attribute = 'address'
left join {{ ref('person_of_statement') }} as person_of_statement
    on dwelling_of_row.evidence_key = person_of_statement.evidence_key
where
    dwelling_of_row.address_code is null
    and address_evidence.text_key is not null
    and address_evidence.meaning <> 'incident'
