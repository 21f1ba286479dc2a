-- Grain: one row per dwelling of which something changes within the days, and cell in which nothing does (房屋变化区间).
with

day as (
    select distinct
        first_day,
        last_day
    from {{ ref('day') }}
),

person_change as (
    select * from {{ ref('person_change') }} where address_code is not null
),

tenancy_span as (
    select * from {{ ref('tenancy_span') }}
),

visit_known as (
    select * from {{ ref('visit_known') }}
),

event as (
    select address_code, valid_from as valid_day from person_change
    union all
    select address_code, valid_to as valid_day from person_change
    union all
    select address_code, valid_from as valid_day from tenancy_span
    union all
    select address_code, valid_to as valid_day from tenancy_span
    union all
    select address_code, visited_on as valid_day from visit_known
    union all
    select
        address_code,
        cast({{ dbt.dateadd('day', figure('visit_window_days'), 'visited_on') }} as date) as valid_day
    from visit_known
),

valid_event as (
    select distinct
        event.address_code,
        event.valid_day
    from event
    cross join day
    where event.valid_day > day.first_day and event.valid_day <= day.last_day
),

known_event as (
    select distinct
        learnt.address_code,
        learnt.known_day
    from (
        select address_code, known_from as known_day from person_change
        union all
        select address_code, known_to as known_day from person_change
        union all
        select address_code, known_from as known_day from tenancy_span
        union all
        select address_code, known_to as known_day from tenancy_span
        union all
        select address_code, known_from as known_day from visit_known
    ) as learnt
    cross join day
    where learnt.known_day > day.first_day
),

{{ cells('address_code') }}

select * from cell
