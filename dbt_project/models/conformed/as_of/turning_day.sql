-- Grain: one row per day until the last as_of_date and date on whose account something changes on it (转变日): a state
-- that holds from a date on, or until so many days after it; a birthday, written in the leap year 1904. What depends on
-- the day and goes by change finds by this whom the days since the last build concern; none lies 27 years back.
{{ config(materialized='compared') }}

with

{{ numbers_below_ten_thousand() }},

day as (
    select cast({{ dbt.dateadd('day', '-number.days', 'as_of.as_of_date') }} as date) as as_of_date
    from {{ ref('as_of') }} as as_of
    cross join number
),

-- The address of a resident is old news from one day on.
past as (
    select
        day.as_of_date,
        cast({{ dbt.dateadd('day', '-rule.stale_days - 1', 'day.as_of_date') }} as date) as stale_since
    from day
    left join {{ ref('collected_attribute') }} as rule on rule.attribute = 'residence_address'
),

window_length as (
    select value as days from {{ ref('figures') }} where figure in ('recent_days', 'visit_window_days')
    union
    select 0 as days
),

birthday as (
    select
        as_of_date,
        stale_since,
        cast('1904-' || substr(cast(as_of_date as varchar), 6, 5) as date) as turn
    from past
)

select
    past.as_of_date,
    past.stale_since,
    cast({{ dbt.dateadd('day', '-window_length.days', 'past.as_of_date') }} as date) as turn
from past
cross join window_length
union all
select * from birthday
union all
-- Born on 29 February: in other years a year older on 1 March.
select
    as_of_date,
    stale_since,
    date '1904-02-29' as turn
from birthday
where turn = date '1904-03-01'
