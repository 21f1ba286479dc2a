-- Grain: one row per tenancy in force at a dwelling suspected of group letting by its city's rule, and piece of
-- evidence for it: the floor area, or the row that a resident's home stands on (疑似群租).
{{ config(materialized='ephemeral') }}

with

dwelling as (
    select * from {{ ref('dwelling_in_doubt') }} where is_suspected_group_letting
),

-- The house in the housing register, and the row that each resident's home stands on.
evidence as (
    select
        dwelling.address_code,
        dwelling_of_row.evidence_key as row_key,
        'floor_area' as attribute
    from dwelling
    inner join {{ ref('dwelling_of_row') }} as dwelling_of_row on dwelling.address_code = dwelling_of_row.address_code
    union all
    select
        dwelling.address_code,
        residence_evidence.evidence_key as row_key,
        'address' as attribute
    from dwelling
    inner join {{ ref('residence') }} as residence
        on dwelling.address_code = residence.address_code and residence.valid_to is null
    inner join {{ ref('residence_evidence') }} as residence_evidence
        on
            residence.person_key = residence_evidence.person_key
            and residence.address_code = residence_evidence.address_code
            and residence.basis = residence_evidence.extract
            and residence.valid_from = residence_evidence.observed_on
            and residence_evidence.lives_here
),

located as (
    select
        evidence.address_code,
        source_record.extract,
        source_record.source_file,
        source_record.source_row,
        evidence.attribute,
        case when evidence.attribute = 'floor_area' then 'floor_area' else attribute_column.column_name end as column_name
    from evidence
    inner join {{ ref('source_record') }} as source_record on evidence.row_key = source_record.row_key
    left join {{ ref('attribute_column') }} as attribute_column
        on
            source_record.extract = attribute_column.extract
            and attribute_column.role = 'subject'
            and evidence.attribute = attribute_column.attribute
    where evidence.attribute = 'address' or source_record.extract = 'housing.housing_units'
)

select
    source_record.extract,
    'subject' as role,
    source_record.record_key,
    source_record.version,
    source_record.delivery_id,
    source_record.source_file,
    source_record.source_row,
    tenancy.person_key,
    dwelling.address_code,
    'occupants' as attribute,
    'occupants' as column_name,
    located.extract as evidence_extract,
    located.source_file as evidence_file,
    located.source_row as evidence_row,
    located.attribute as evidence_attribute,
    located.column_name as evidence_column
from dwelling
inner join {{ ref('tenancy') }} as tenancy on dwelling.address_code = tenancy.address_code and tenancy.is_current
inner join {{ ref('source_record') }} as source_record on tenancy.row_key = source_record.row_key
left join located on dwelling.address_code = located.address_code
