-- Grain: one row per statement whose spoilt number is a slip away from that of somebody at the same dwelling
-- and far from the person's own (他人号码误写).
-- The tables are named where they are read, and not once above: only there it is known how little is sought in them.
with

spoilt as (
    select
        evidence_key,
        person_key,
        spoilt_number,
        own_key
    from {{ ref('number_in_doubt') }}
    where length(spoilt_number) = 18 and levenshtein(spoilt_number, own_number) > 3
),

-- Every dwelling at which the person is named.
home as (
    select distinct
        spoilt.evidence_key,
        spoilt.person_key,
        person_statement.address_code
    from spoilt
    inner join {{ ref('person_of_statement') }} as person_of_statement
        on spoilt.person_key = person_of_statement.person_key
    inner join {{ ref('person_statement') }} as person_statement
        on person_of_statement.evidence_key = person_statement.evidence_key
),

-- Everybody who is named there too.
housemate as (
    select distinct
        home.evidence_key,
        person_of_statement.person_key
    from home
    inner join {{ ref('person_statement') }} as person_statement on home.address_code = person_statement.address_code
    inner join {{ ref('person_of_statement') }} as person_of_statement
        on person_statement.evidence_key = person_of_statement.evidence_key
    where person_of_statement.person_key <> home.person_key
)

select
    spoilt.evidence_key,
    spoilt.person_key,
    spoilt.own_key,
    min(number.number_evidence_key) as owner_key
from spoilt
inner join housemate on spoilt.evidence_key = housemate.evidence_key
inner join {{ ref('person_value_range') }} as number on housemate.person_key = number.person_key
-- two neighbours swapped are two edits
where levenshtein(spoilt.spoilt_number, number.identity_number) <= 2
group by spoilt.evidence_key, spoilt.person_key, spoilt.own_key
