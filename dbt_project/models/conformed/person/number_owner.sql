-- Grain: one row per valid identity number (号码归属).
with

number_claim as (
    select * from {{ ref('number_claim') }}
),

person_name as (
    select * from {{ ref('person_name') }}
),

ranked as (
    select
        number_claim.identity_number,
        person_name.name,
        person_name.reading,
        number_claim.statements,
        row_number() over (
            partition by number_claim.identity_number
            order by
                case when person_name.is_masked then 1 else 0 end nulls last,
                greatest(number_claim.birth_differs - number_claim.birth_agrees, number_claim.sex_differs) nulls last,
                number_claim.precedence nulls last,
                number_claim.extracts desc nulls last,
                number_claim.statements desc nulls last,
                person_name.name nulls last
        ) as standing
    from number_claim
    inner join person_name on number_claim.name_text = person_name.name_text
)

select
    identity_number,
    name,
    reading
from ranked
where standing = 1
