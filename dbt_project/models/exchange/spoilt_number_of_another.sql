-- Grain: one row per statement whose spoilt number is a slip away from that of somebody at the same dwelling
-- and far from the person's own (他人号码误写).
with

person_of_record as (
    select * from {{ ref('person_of_record') }}
),

person_statement as (
    select * from {{ ref('person_statement') }}
),

number as (
    select person_key, identity_number, number_evidence_key as evidence_key
    from {{ ref('person_value_range') }}
    where identity_number is not null
),

-- Grouped, so that whose the few are is found before everybody's number is joined.
held as (
    select
        person_statement.evidence_key,
        person_of_record.person_key,
        max(person_statement.spoilt_number) as spoilt_number
    from person_statement
    inner join person_of_record on person_statement.record_id = person_of_record.record_id
    where length(person_statement.spoilt_number) = 18 and person_statement.spoilt_number not like '%*%'
    group by person_statement.evidence_key, person_of_record.person_key
),

spoilt as (
    select
        held.evidence_key,
        held.person_key,
        held.spoilt_number,
        number.evidence_key as own_key
    from held
    inner join number on held.person_key = number.person_key
    where levenshtein(held.spoilt_number, number.identity_number) > 3
),

-- Every dwelling at which the person is named.
home as (
    select distinct
        spoilt.evidence_key,
        spoilt.person_key,
        person_statement.address_code
    from spoilt
    inner join person_of_record on spoilt.person_key = person_of_record.person_key
    inner join person_statement on person_of_record.record_id = person_statement.record_id
),

-- Everybody who is named there too.
housemate as (
    select distinct
        home.evidence_key,
        person_of_record.person_key
    from home
    inner join person_statement on home.address_code = person_statement.address_code
    inner join person_of_record on person_statement.record_id = person_of_record.record_id
    where person_of_record.person_key <> home.person_key
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
