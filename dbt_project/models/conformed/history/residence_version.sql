-- Grain: one row per statement of where a person lives that was ever made and span in which it held (居住陈述版本), of the
-- people about whom anything was stated after the first day; everybody else has lived where they live since then.
with

day as (
    select distinct first_day from {{ ref('day') }}
),

person as (
    select * from {{ ref('person') }}
),

residence_evidence as (
    select * from {{ ref('residence_evidence') }}
),

learnt_delivery as (
    select * from {{ ref('learnt_delivery') }}
),

past_residence as (
    select * from {{ ref('past_residence') }}
),

later_record as (
    select * from {{ ref('later_record') }}
),

moving as (
    select residence_evidence.person_key
    from residence_evidence
    cross join day
    where residence_evidence.observed_on > day.first_day
    union
    select residence_evidence.person_key
    from residence_evidence
    inner join later_record on residence_evidence.evidence_key = later_record.row_key
    union
    select past_residence.person_key from past_residence
    union
    select person.person_key
    from person
    cross join day
    where person.died_on > day.first_day
    union
    select person_of_statement.person_key
    from {{ ref('person_of_statement') }} as person_of_statement
    inner join later_record on person_of_statement.evidence_key = later_record.row_key
    where person_of_statement.extract = 'civil_affairs.deaths'
),

stated as (
    select
        residence_evidence.person_key,
        residence_evidence.extract,
        residence_evidence.evidence_key,
        source_record.record_key,
        source_record.delivery_id,
        source_record.delivery_date,
        source_record.source_row,
        residence_evidence.address_code,
        residence_evidence.grid_code,
        residence_evidence.observed_on,
        residence_evidence.lives_here,
        residence_evidence.standing
    from residence_evidence
    inner join moving on residence_evidence.person_key = moving.person_key
    inner join {{ ref('source_record') }} as source_record on residence_evidence.evidence_key = source_record.row_key
    union all
    select
        person_key,
        extract,
        evidence_key,
        record_key,
        delivery_id,
        delivery_date,
        source_row,
        address_code,
        grid_code,
        observed_on,
        lives_here,
        standing
    from past_residence
)

select
    stated.*,
    coalesce(delivery_span.known_from, learnt_delivery.known_from) as known_from,
    coalesce(delivery_span.known_to, learnt_delivery.known_to) as known_to,
    delivery_span.valid_to
from stated
inner join learnt_delivery
    on stated.extract = learnt_delivery.extract and stated.delivery_id = learnt_delivery.delivery_id
left join {{ ref('delivery_span') }} as delivery_span
    on stated.extract = delivery_span.extract and stated.delivery_id = delivery_span.delivery_id
