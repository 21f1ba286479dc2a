-- Grain: one row per row that a residence stands on where the last visit found the dwelling vacant (登记有人而实际空置).
{{ config(materialized='ephemeral') }}

with

dwelling as (
    select * from {{ ref('dwelling_in_doubt') }} where house_status_meaning = 'vacant' and residents > 0
)

select
    residence_evidence.evidence_key,
    residence.person_key,
    dwelling.address_code,
    'address' as attribute,
    dwelling.visit_key as other_key,
    'house_status' as other_attribute
from dwelling
inner join {{ ref('residence') }} as residence on dwelling.address_code = residence.address_code
inner join {{ ref('residence_evidence') }} as residence_evidence
    on
        residence.person_key = residence_evidence.person_key
        and residence.address_code = residence_evidence.address_code
        and residence.basis = residence_evidence.extract
        and residence.valid_from = residence_evidence.observed_on
        and residence_evidence.lives_here
-- Who was written down after the visit may have moved in since.
where residence.valid_to is null and residence.valid_from <= dwelling.visited_on
