-- Grain: one row per living person who lives in the district, at the dwelling that the evidence speaks for most (实际居住).
{{ config(materialized='by_change', key='person_key') }}

{#- Named where it is read, not once above: DuckDB copies what several places share. #}
{% set residence_evidence = by_key(ref('residence_evidence'), 'person_key') ~ ' as residence_evidence' %}
with

person as (
    select * from {{ by_key(ref('person'), 'person_key') }}
),

denied as (
    select
        person_key,
        address_code,
        max(observed_on) as denied_on
    from {{ residence_evidence }}
    where not lives_here and address_code is not null
    group by person_key, address_code
),

best as (
    select
        residence_evidence.person_key,
        {{ first_value_by('residence_evidence.evidence_key', place_standing('residence_evidence')) }} as evidence_key
    from {{ residence_evidence }}
    left join denied
        on
            residence_evidence.person_key = denied.person_key
            and residence_evidence.address_code = denied.address_code
    where residence_evidence.lives_here and coalesce(denied.denied_on <= residence_evidence.observed_on, true)
    group by residence_evidence.person_key
)

select
    residence_evidence.person_key,
    residence_evidence.address_code,
    residence_evidence.grid_code,
    residence_evidence.extract as basis,
    residence_evidence.observed_on as valid_from,
    cast(null as date) as valid_to
from best
inner join {{ residence_evidence }} on best.evidence_key = residence_evidence.evidence_key
inner join person on best.person_key = person.person_key
where not person.is_deceased
