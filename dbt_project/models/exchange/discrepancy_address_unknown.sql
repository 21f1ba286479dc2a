-- Grain: one row per delivered row whose address gives no dwelling (地址无法识别); an incident may happen anywhere.
{{ config(materialized='ephemeral') }}

select
    address_evidence.evidence_key,
    person_of_statement.person_key,
    cast(null as varchar) as address_code,
    'address' as attribute,
    -- Nothing, in the type of a key.
    case when address_evidence.text_key is null then address_evidence.evidence_key end as other_key,
    cast(null as varchar) as other_attribute
from {{ ref('address_evidence') }} as address_evidence
inner join {{ ref('attribute_column') }} as attribute_column
    on
        address_evidence.extract = attribute_column.extract
        and attribute_column.role = 'subject'
        and attribute_column.attribute = 'address'
left join {{ ref('person_of_statement') }} as person_of_statement
    on address_evidence.evidence_key = person_of_statement.evidence_key
where
    -- A semi join: the few of no dwelling are sought, and not every row held.
    address_evidence.evidence_key in (
        select evidence_key from {{ ref('dwelling_of_row') }} where address_code is null
    )
    and address_evidence.text_key is not null
    and address_evidence.meaning <> 'incident'
