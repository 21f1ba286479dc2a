-- Grain: one row per living person who lives in the district, at the dwelling that the evidence speaks for most (实际居住).
{{ config(materialized='by_change', key='person_key') }}

with

residence_evidence as (
    select * from {{ by_key(ref('residence_evidence'), 'person_key') }}
),

person as (
    select * from {{ by_key(ref('person'), 'person_key') }}
),

denied as (
    select
        person_key,
        address_code,
        max(observed_on) as denied_on
    from residence_evidence
    where not lives_here and address_code is not null
    group by person_key, address_code
),

standing as (
    select
        residence_evidence.*,
        row_number() over (
            partition by residence_evidence.person_key
            order by
                case when residence_evidence.grid_code is null then 1 else 0 end nulls last,
                residence_evidence.standing nulls last,
                residence_evidence.address_code nulls last,
                residence_evidence.extract nulls last,
                residence_evidence.evidence_key nulls last
        ) as place
    from residence_evidence
    left join denied
        on
            residence_evidence.person_key = denied.person_key
            and residence_evidence.address_code = denied.address_code
    where residence_evidence.lives_here and coalesce(denied.denied_on <= residence_evidence.observed_on, true)
)

select
    standing.person_key,
    standing.address_code,
    standing.grid_code,
    standing.extract as basis,
    standing.observed_on as valid_from,
    cast(null as date) as valid_to
from standing
inner join person on standing.person_key = person.person_key
where standing.place = 1 and not person.is_deceased
