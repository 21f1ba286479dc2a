-- Grain: one row per statement whose spoilt number is a slip away from that of somebody at the same dwelling
-- and far from the person's own (他人号码误写).
with

person_of_statement as (
    select * from {{ ref('person_of_statement') }}
),

person_statement as (
    select * from {{ ref('person_statement') }}
),

number as (
    select person_key, identity_number, number_evidence_key as evidence_key
    from {{ ref('person_value_range') }}
    where identity_number is not null
),

spoilt as (
    select
        person_statement.evidence_key,
        person_of_statement.person_key,
        person_statement.spoilt_number,
        number.evidence_key as own_key
    from person_statement
    inner join person_of_statement on person_statement.evidence_key = person_of_statement.evidence_key
    inner join number on person_of_statement.person_key = number.person_key
    where
        length(person_statement.spoilt_number) = 18
        and person_statement.spoilt_number not like '%*%'
        and levenshtein(person_statement.spoilt_number, number.identity_number) > 3
),

-- Everybody who is named at a dwelling together with the person.
housemate as (
    select distinct
        spoilt.evidence_key,
        others.person_key
    from spoilt
    inner join person_of_statement as own_link on spoilt.person_key = own_link.person_key
    inner join person_statement as own on own_link.evidence_key = own.evidence_key
    inner join person_statement as other on own.address_code = other.address_code
    inner join person_of_statement as others on other.evidence_key = others.evidence_key
    where others.person_key <> spoilt.person_key
)

select
    spoilt.evidence_key,
    spoilt.person_key,
    spoilt.own_key,
    min(number.evidence_key) as owner_key
from spoilt
inner join housemate on spoilt.evidence_key = housemate.evidence_key
inner join number on housemate.person_key = number.person_key
-- two neighbours swapped are two edits
where levenshtein(spoilt.spoilt_number, number.identity_number) <= 2
group by spoilt.evidence_key, spoilt.person_key, spoilt.own_key
