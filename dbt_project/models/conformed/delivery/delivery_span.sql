-- Grain: one row per full delivery and day from which its successor was known (全量批次时效): until when its rows held.
{{ config(materialized='view') }}

with

learnt_delivery as (
    select taken.*
    from {{ ref('learnt_delivery') }} as taken
    inner join {{ ref('extract_state') }} as extract_state on taken.extract = extract_state.extract
    where extract_state.delivery_kind = 'full'
),

-- The successor can change only on a day on which a delivery of the extract became known or was replaced.
known_day as (
    select
        extract,
        known_from as known_day
    from learnt_delivery
    union
    select
        extract,
        known_to as known_day
    from learnt_delivery
    where known_to is not null
),

spans as (
    select
        learnt_delivery.extract,
        learnt_delivery.delivery_id,
        known_day.known_day as known_from,
        lead(known_day.known_day) over (
            partition by learnt_delivery.extract, learnt_delivery.delivery_id order by known_day.known_day nulls last
        ) as next_known_day,
        learnt_delivery.known_to,
        min(later.delivery_date) as valid_to
    from learnt_delivery
    inner join known_day
        on
            learnt_delivery.extract = known_day.extract
            and {{ in_force('learnt_delivery.known_from', 'learnt_delivery.known_to', 'known_day.known_day') }}
    left join learnt_delivery as later
        on
            learnt_delivery.extract = later.extract
            and learnt_delivery.delivery_date < later.delivery_date
            and {{ in_force('later.known_from', 'later.known_to', 'known_day.known_day') }}
    group by
        learnt_delivery.extract, learnt_delivery.delivery_id, learnt_delivery.known_to, known_day.known_day
)

select
    extract,
    delivery_id,
    known_from,
    coalesce(next_known_day, known_to) as known_to,
    valid_to
from spans
