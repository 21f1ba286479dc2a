-- Grain: one row per row that a residence stands on where the last visit found the dwelling vacant (登记有人而实际空置).
{{ config(materialized='ephemeral') }}

with

dwelling as (
    select * from {{ ref('dwelling_in_doubt') }} where house_status_meaning = 'vacant' and residents > 0
)

select
    person_evidence.extract,
    'subject' as role,
    person_evidence.record_key,
    person_evidence.version,
    person_evidence.delivery_id,
    person_evidence.source_file,
    person_evidence.source_row,
    residence.person_key as person_key,
    dwelling.address_code,
    'address' as attribute,
    attribute_column.column_name,
    dwelling.visit_extract as evidence_extract,
    dwelling.visit_file as evidence_file,
    dwelling.visit_row as evidence_row,
    'house_status' as evidence_attribute,
    'house_status' as evidence_column
from dwelling
inner join {{ ref('residence') }} as residence on dwelling.address_code = residence.address_code
inner join {{ ref('person_link') }} as person_link
    on residence.person_key = person_link.person_key and residence.basis = person_link.extract
inner join {{ ref('person_evidence') }} as person_evidence
    on
        person_link.evidence_key = person_evidence.evidence_key
        and residence.address_code = person_evidence.address_code
        and residence.valid_from = person_evidence.observed_on
        and person_evidence.lives_here
inner join {{ ref('attribute_column') }} as attribute_column
    on
        person_evidence.extract = attribute_column.extract
        and attribute_column.role = 'subject'
        and attribute_column.attribute = 'address'
-- Who was written down after the visit may have moved in since.
where residence.valid_to is null and residence.valid_from <= dwelling.visited_on
