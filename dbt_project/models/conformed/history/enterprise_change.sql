-- Grain: one row per enterprise of which something changes within the days, and cell in which nothing does (市场主体状态区间).
with

day as (
    select distinct
        first_day,
        last_day
    from {{ ref('day') }}
),

enterprise as (
    select * from {{ ref('enterprise') }}
),

person_change as (
    select * from {{ ref('person_change') }}
),

representative as (
    select
        person_key,
        grid_code,
        valid_from,
        valid_to,
        known_from,
        known_to
    from person_change
    union all
    select
        person_state.person_key,
        person_state.grid_code,
        day.first_day as valid_from,
        cast(null as date) as valid_to,
        day.first_day as known_from,
        cast(null as date) as known_to
    from {{ ref('person_state') }} as person_state
    cross join day
    where person_state.person_key not in (select person_change.person_key from person_change)
),

led as (
    select
        enterprise.enterprise_key,
        person_change.*
    from enterprise
    inner join person_change on enterprise.legal_representative_person_key = person_change.person_key
),

event as (
    select enterprise_key, established_on as valid_day from enterprise
    union all
    select enterprise_key, cast({{ dbt.dateadd('day', 365, 'established_on') }} as date) as valid_day from enterprise
    union all
    select enterprise_key, valid_from as valid_day from led
),

valid_event as (
    select distinct
        event.enterprise_key,
        event.valid_day
    from event
    cross join day
    where event.valid_day > day.first_day and event.valid_day <= day.last_day
),

known_event as (
    select distinct
        led.enterprise_key,
        led.known_from as known_day
    from led
    cross join day
    where led.known_from > day.first_day
),

{{ cells('enterprise_key') }}

{{ enterprise_states(
    'cell', ['valid_from', 'valid_to', 'known_from', 'known_to'], 'representative',
    in_force('representative.valid_from', 'representative.valid_to', 'moment.valid_from') ~ ' and '
    ~ in_force('representative.known_from', 'representative.known_to', 'moment.known_from'),
    'moment.enterprise_key = enterprise.enterprise_key'
) }}
