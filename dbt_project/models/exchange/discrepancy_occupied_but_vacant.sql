-- Grain: one row per row that a residence stands on where the last visit found the dwelling vacant (登记有人而实际空置).
{{ config(materialized='ephemeral') }}

with

dwelling as (
    select * from {{ ref('dwelling_in_doubt') }} where house_status_meaning = 'vacant' and residents > 0
)

select
    source_record.extract,
    'subject' as role,
    source_record.record_key,
    source_record.version,
    source_record.delivery_id,
    source_record.source_file,
    source_record.source_row,
    residence.person_key as person_key,
    dwelling.address_code,
    'address' as attribute,
    attribute_column.column_name,
    visit.extract as evidence_extract,
    visit.source_file as evidence_file,
    visit.source_row as evidence_row,
    'house_status' as evidence_attribute,
    'house_status' as evidence_column
from dwelling
inner join {{ ref('residence') }} as residence on dwelling.address_code = residence.address_code
inner join {{ ref('residence_evidence') }} as residence_evidence
    on
        residence.person_key = residence_evidence.person_key
        and residence.address_code = residence_evidence.address_code
        and residence.basis = residence_evidence.extract
        and residence.valid_from = residence_evidence.observed_on
        and residence_evidence.lives_here
inner join {{ ref('source_record') }} as source_record on residence_evidence.evidence_key = source_record.row_key
inner join {{ ref('source_record') }} as visit on dwelling.visit_key = visit.row_key
inner join {{ ref('attribute_column') }} as attribute_column
    on
        source_record.extract = attribute_column.extract
        and attribute_column.role = 'subject'
        and attribute_column.attribute = 'address'
-- Who was written down after the visit may have moved in since.
where residence.valid_to is null and residence.valid_from <= dwelling.visited_on
