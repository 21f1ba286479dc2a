-- Grain: one row per row that a resident's home stands on at a dwelling found vacant, or suspected of group letting
-- (存疑居所). Kinds that ask for them share it, and look through everybody's homes once.
{{ config(materialized='ephemeral') }}

with

dwelling as (
    select
        address_code,
        visit_key,
        is_suspected_group_letting,
        case when house_status_meaning = 'vacant' and residents > 0 then visited_on end as found_vacant_on
    from {{ ref('dwelling_in_doubt') }}
),

home as (
    select
        dwelling.address_code,
        dwelling.visit_key,
        dwelling.is_suspected_group_letting,
        residence.person_key,
        residence.basis,
        residence.valid_from,
        -- Who was written down after the visit may have moved in since.
        coalesce(residence.valid_from <= dwelling.found_vacant_on, false) as is_found_vacant
    from dwelling
    inner join {{ ref('residence') }} as residence
        on dwelling.address_code = residence.address_code and residence.valid_to is null
    where dwelling.is_suspected_group_letting or dwelling.found_vacant_on is not null
),

-- Of these few people, and not of everybody: DuckDB would look for the row of every residence first.
residence_evidence as (
    select *
    from {{ ref('residence_evidence') }}
    where lives_here and person_key in (select person_key from home)
)

select
    home.address_code,
    home.visit_key,
    home.person_key,
    residence_evidence.evidence_key,
    home.is_suspected_group_letting,
    home.is_found_vacant
from home
inner join residence_evidence
    on
        home.person_key = residence_evidence.person_key
        and home.address_code = residence_evidence.address_code
        and home.basis = residence_evidence.extract
        and home.valid_from = residence_evidence.observed_on
