-- Grain: one row per incident of which something changes within the days, and cell in which nothing does (事件状态区间).
with

day as (
    select distinct
        first_day,
        last_day
    from {{ ref('day') }}
),

ordered as (
    {{ ordered_incidents() }}
),

later_record as (
    select * from {{ ref('later_record') }} where extract = 'grid_office.incidents'
),

event as (
    select incident_key, cast(reported_at as date) as valid_day from ordered
    union all
    select incident_key, cast(closed_at as date) as valid_day from ordered
    union all
    select incident_key, cast({{ dbt.dateadd('day', 1, 'deadline') }} as date) as valid_day from ordered
    {% for column in ['reported_at', 'closed_at'] %}
    union all
    select incident_key, cast({{ dbt.dateadd('day', figure('recent_days'), column) }} as date) as valid_day from ordered
    {% endfor %}
),

valid_event as (
    select distinct
        event.incident_key,
        event.valid_day
    from event
    cross join day
    where event.valid_day > day.first_day and event.valid_day <= day.last_day
),

known_event as (
    select
        learnt.incident_key,
        learnt.known_day
    from (
        select record_key as incident_key, first_known_from as known_day from later_record
        union
        select record_key as incident_key, known_from as known_day from later_record
    ) as learnt
    cross join day
    where learnt.known_day > day.first_day
),

{{ cells('incident_key') }},

-- An incident is there from its first report on; that it was closed is known from the row that says so.
known as (
    select
        cell.*,
        coalesce(later_record.known_from <= cell.known_from, true) as is_closing_known
    from cell
    left join later_record on cell.incident_key = later_record.record_key
    where coalesce(later_record.first_known_from <= cell.known_from, true)
)

{{ incident_states(
    'known', ['valid_from', 'valid_to', 'known_from', 'known_to'],
    'moment.incident_key = ordered.incident_key', 'moment.is_closing_known'
) }}
