-- Grain: one row per person about whom anything was stated after the first day (变动人员).
{{ config(materialized='ephemeral') }}

with

day as (
    select distinct first_day from {{ ref('day') }}
),

registered as (
    select * from {{ ref('registered_residence') }}
),

later_record as (
    select * from {{ ref('later_record') }}
),

-- What is said again counts for more than what is not, where that is something else.
renewed as (
    select residence_evidence.person_key
    from {{ ref('residence_evidence') }} as residence_evidence
    inner join (
        select distinct registered.person_key
        from registered
        cross join day
        where registered.is_renewed and registered.last_delivered_on > day.first_day
    ) as said_again on residence_evidence.person_key = said_again.person_key
    group by residence_evidence.person_key
    having count(distinct {{ stated_place('residence_evidence') }}) > 1
)

select registered.person_key
from registered
cross join day
where registered.known_from > day.first_day or registered.observed_on > day.first_day
union
select person_key from renewed
union
select residence_evidence.person_key
from {{ ref('residence_evidence') }} as residence_evidence
cross join day
where
    residence_evidence.observed_on > day.first_day
    and residence_evidence.extract not in (
        select full_delivery_day.extract from {{ ref('full_delivery_day') }} as full_delivery_day
    )
union
select residence_evidence.person_key
from {{ ref('residence_evidence') }} as residence_evidence
inner join later_record on residence_evidence.evidence_key = later_record.row_key
union
select person_key from {{ ref('past_residence') }}
union
select person.person_key
from {{ ref('person') }} as person
cross join day
where person.died_on > day.first_day
union
select person_of_statement.person_key
from {{ ref('person_of_statement') }} as person_of_statement
inner join later_record on person_of_statement.evidence_key = later_record.row_key
where person_of_statement.extract = 'civil_affairs.deaths'
