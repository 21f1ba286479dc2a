-- Grain: one row per tenancy in force at a dwelling suspected of group letting by its city's rule, and piece of
-- evidence for it: the floor area, or the row that a resident's home stands on (疑似群租).
{{ config(materialized='ephemeral') }}

with

dwelling as (
    select * from {{ ref('dwelling_in_doubt') }} where is_suspected_group_letting
),

evidence as (
    select
        dwelling.address_code,
        address_link.extract,
        address_link.source_file,
        address_link.source_row,
        'floor_area' as attribute,
        'floor_area' as column_name
    from dwelling
    inner join {{ ref('address_link') }} as address_link
        on dwelling.address_code = address_link.address_code and address_link.extract = 'housing.housing_units'
    union all
    select
        dwelling.address_code,
        person_evidence.extract,
        person_evidence.source_file,
        person_evidence.source_row,
        'address' as attribute,
        attribute_column.column_name
    from dwelling
    inner join {{ ref('residence') }} as residence
        on dwelling.address_code = residence.address_code and residence.valid_to is null
    inner join {{ ref('person_link') }} as person_link
        on residence.person_key = person_link.person_key and residence.basis = person_link.extract
    inner join {{ ref('person_evidence') }} as person_evidence
        on
            person_link.evidence_key = person_evidence.evidence_key
            and residence.address_code = person_evidence.address_code
            and residence.valid_from = person_evidence.observed_on
    inner join {{ ref('attribute_column') }} as attribute_column
        on
            person_evidence.extract = attribute_column.extract
            and attribute_column.role = 'subject'
            and attribute_column.attribute = 'address'
)

select
    address_link.extract,
    'subject' as role,
    address_link.record_key,
    address_link.version,
    address_link.delivery_id,
    address_link.source_file,
    address_link.source_row,
    tenancy.person_key as person_key,
    dwelling.address_code,
    'occupants' as attribute,
    'occupants' as column_name,
    evidence.extract as evidence_extract,
    evidence.source_file as evidence_file,
    evidence.source_row as evidence_row,
    evidence.attribute as evidence_attribute,
    evidence.column_name as evidence_column
from dwelling
inner join {{ ref('tenancy') }} as tenancy on dwelling.address_code = tenancy.address_code and tenancy.is_current
inner join {{ ref('address_link') }} as address_link
    on
        tenancy.extract = address_link.extract
        and tenancy.delivery_id = address_link.delivery_id
        and tenancy.source_row = address_link.source_row
left join evidence on dwelling.address_code = evidence.address_code
