-- Grain: one row per full delivery and day from which its successor was known (全量批次时效): until when its rows held.
{{ config(materialized='view') }}

with

delivery as (
    select delivery.*
    from {{ ref('delivery') }} as delivery
    inner join {{ ref('extract_state') }} as extract_state on delivery.extract = extract_state.extract
    where extract_state.delivery_kind = 'full'
),

-- The successor can change only on a day on which a delivery of the extract became known or was replaced.
known_day as (
    select
        extract,
        known_from as known_day
    from delivery
    union
    select
        extract,
        known_to as known_day
    from delivery
    where known_to is not null
),

spans as (
    select
        delivery.extract,
        delivery.delivery_id,
        known_day.known_day as known_from,
        lead(known_day.known_day) over (
            partition by delivery.extract, delivery.delivery_id order by known_day.known_day nulls last
        ) as next_known_day,
        delivery.known_to,
        min(later.delivery_date) as valid_to
    from delivery
    inner join known_day
        on
            delivery.extract = known_day.extract
            and {{ in_force('delivery.known_from', 'delivery.known_to', 'known_day.known_day') }}
    left join delivery as later
        on
            delivery.extract = later.extract
            and delivery.delivery_date < later.delivery_date
            and {{ in_force('later.known_from', 'later.known_to', 'known_day.known_day') }}
    group by
        delivery.extract, delivery.delivery_id, delivery.known_to, known_day.known_day
)

select
    extract,
    delivery_id,
    known_from,
    coalesce(next_known_day, known_to) as known_to,
    valid_to
from spans
