-- Grain: one row per person about whom something changes within the days, day on which it does, and day on which it was
-- learnt (人员变化区间): from valid_from to valid_to as known from known_from to known_to nothing about them changes.
with

day as (
    select distinct
        first_day,
        last_day
    from {{ ref('day') }}
),

person as (
    select * from {{ ref('person') }}
),

residence_version as (
    select * from {{ ref('residence_version') }}
),

death_known as (
    select * from {{ ref('death_known') }}
),

party_membership as (
    select * from {{ ref('party_membership') }}
),

event as (
    select person_key, observed_on as valid_day from residence_version
    union all
    select person_key, valid_day from {{ ref('residence_renewal') }}
    union all
    select person_key, valid_to as valid_day from residence_version
    union all
    select person_key, died_on as valid_day from person
    union all
    select person_key, cast({{ dbt.dateadd('day', figure('recent_days'), 'died_on') }} as date) as valid_day from person
    union all
    select person.person_key, birth_event.valid_day
    from person
    inner join {{ ref('birth_event') }} as birth_event on person.birth_date = birth_event.birth_date
    union all
    select person_key, joined_on as valid_day from party_membership
    union all
    select person_key, cast({{ dbt.dateadd('day', 365, 'joined_on') }} as date) as valid_day from party_membership
),

valid_event as (
    select
        event.person_key,
        event.valid_day
    from event
    cross join day
    where event.valid_day > day.first_day and event.valid_day <= day.last_day
    group by event.person_key, event.valid_day
),

known_event as (
    select
        known.person_key,
        known.known_day
    from (
        select person_key, known_from as known_day from residence_version
        union
        select person_key, known_to as known_day from residence_version
        union
        select person_key, known_day from {{ ref('residence_renewal') }}
        union
        select person_key, known_from as known_day from death_known
    ) as known
    cross join day
    where known.known_day > day.first_day
),

{{ cells('person_key') }}

select * from cell
