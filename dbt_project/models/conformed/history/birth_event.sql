-- Grain: one row per birth date and day within the days on which something changes about who was born then (年龄变化日).
-- Few of the dates on which anybody was born are told of within the days.
{{ config(materialized='ephemeral') }}
{% set ages = [14, 15, 35, 60, 65, 80] %}

with

born as (
    select distinct birth_date from {{ ref('person') }}
),

event as (
    select birth_date, birth_date as valid_day from born
    union all
    select
        birth_date,
        cast({{ dbt.dateadd('day', figure('recent_days'), 'birth_date') }} as date) as valid_day
    from born
    {% for age in ages %}
    union all
    select birth_date, {{ birthday('birth_date', age) }} as valid_day from born
    {% endfor %}
)

select
    event.birth_date,
    event.valid_day
from event
cross join (select distinct first_day, last_day from {{ ref('day') }}) as day
where event.valid_day > day.first_day and event.valid_day <= day.last_day
