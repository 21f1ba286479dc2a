-- Grain: one row per row that a resident's home stands on at a dwelling found vacant, or suspected of group letting
-- (存疑居所). Kinds that ask for them share it, and look through everybody's homes once.
{{ config(materialized='ephemeral') }}

with dwelling as (
    select
        address_code,
        visit_key,
        is_suspected_group_letting,
        case when house_status_meaning = 'vacant' and residents > 0 then visited_on end as found_vacant_on
    from {{ ref('dwelling_in_doubt') }}
)

select
    dwelling.address_code,
    dwelling.visit_key,
    residence.person_key,
    residence_evidence.evidence_key,
    dwelling.is_suspected_group_letting,
    -- Who was written down after the visit may have moved in since.
    coalesce(residence.valid_from <= dwelling.found_vacant_on, false) as is_found_vacant
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
where dwelling.is_suspected_group_letting or dwelling.found_vacant_on is not null
