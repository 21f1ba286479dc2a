-- Grain: one row per row in force that places a living person at another dwelling than the one that holds (居住地不一致).
{{ config(materialized='by_change', key='person_key') }}

{#- Named where it is read, not once below: DuckDB copies what two places share. #}
{% set residence_evidence %}
(
    select *
    from {{ by_key(ref('residence_evidence'), 'person_key') }}
    where lives_here and address_code is not null
) as residence_evidence
{%- endset %}
with

residence as (
    select * from {{ by_key(ref('residence'), 'person_key') }} where valid_to is null and address_code is not null
),

elsewhere as (
    select
        residence_evidence.evidence_key,
        residence.*
    from {{ residence_evidence }}
    inner join residence on residence_evidence.person_key = residence.person_key
    where
        residence_evidence.address_code <> residence.address_code
        -- A visit tells of one day: to have lived elsewhere before says nothing.
        and (
            residence_evidence.extract <> 'community.household_visits'
            or residence_evidence.observed_on >= residence.valid_from
        )
),

-- The row that the residence is from.
basis as (
    select
        home.person_key,
        min(residence_evidence.evidence_key) as evidence_key
    from (
        select distinct person_key, address_code, basis, valid_from
        from elsewhere
    ) as home
    inner join {{ residence_evidence }}
        on
            home.person_key = residence_evidence.person_key
            and home.address_code = residence_evidence.address_code
            and home.basis = residence_evidence.extract
            and home.valid_from = residence_evidence.observed_on
    group by home.person_key
),

found as (
    select
        elsewhere.evidence_key,
        elsewhere.person_key,
        'address' as attribute,
        basis.evidence_key as other_key,
        'address' as other_attribute
    from elsewhere
    inner join basis on elsewhere.person_key = basis.person_key
)

{{ discrepancies_of_statements('found') }}
