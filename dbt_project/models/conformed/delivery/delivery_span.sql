-- Grain: one row per day of which a full delivery tells and span in which its successor was known to be the same (全量批次
-- 时效): until when its rows held.
{{ config(materialized='view') }}

with

full_delivery_day as (
    select * from {{ ref('full_delivery_day') }}
),

-- Later days in the order in which they became known: the successor is the nearest one so far.
later_day as (
    select
        earlier.extract,
        earlier.delivery_date,
        earlier.known_from as day_known_from,
        later.known_from,
        later.delivery_date as next_date,
        min(later.delivery_date) over (
            partition by earlier.extract, earlier.delivery_date
            order by later.known_from nulls last, later.delivery_date nulls last
            rows between unbounded preceding and 1 preceding
        ) as nearest_before
    from full_delivery_day as earlier
    inner join full_delivery_day as later
        on earlier.extract = later.extract and earlier.delivery_date < later.delivery_date
),

successor as (
    select
        extract,
        delivery_date,
        known_from as day_known_from,
        cast(null as date) as known_from,
        cast(null as date) as valid_to
    from full_delivery_day
    union all
    select
        extract,
        delivery_date,
        day_known_from,
        known_from,
        next_date as valid_to
    from later_day
    where coalesce(next_date < nearest_before, true)
)

select
    extract,
    delivery_date,
    day_known_from,
    known_from,
    lead(known_from) over (partition by extract, delivery_date order by known_from nulls first) as known_to,
    valid_to
from successor
