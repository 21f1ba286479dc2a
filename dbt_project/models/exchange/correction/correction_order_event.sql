-- Grain: one row per correction order, day and event of its life (校核单流转): issued, replied, disputed, closed, reopened.
with

issued as (
    select
        order_id,
        min(reported_on) as issued_on
    from {{ ref('correction_order_report') }}
    where side = 'own'
    group by order_id
),

reply as (
    select * from {{ ref('correction_order_reply') }}
),

step as (
    select
        order_id,
        observed_on,
        is_faulty,
        lag(is_faulty, 1, 1) over (partition by order_id order by observed_on nulls last) as was_faulty,
        lag(observed_on) over (partition by order_id order by observed_on nulls last) as previous_on
    from {{ ref('correction_order_delivery') }}
),

-- Admitted, and the next delivery is as faulty as the one before.
unkept as (
    select
        step.order_id,
        step.observed_on
    from step
    inner join reply
        on
            step.order_id = reply.order_id
            and step.observed_on > reply.replied_on
            and coalesce(step.previous_on <= reply.replied_on, true)
    where step.is_faulty = 1 and step.was_faulty = 1
    group by step.order_id, step.observed_on
    having {{ first_value_by('reply.answer', 'reply.standing') }} <> 'disputed'
),

happened as (
    select order_id, issued_on as event_on, 'issued' as event, cast(null as varchar) as answer, 0 as standing
    from issued
    union all
    select
        order_id,
        observed_on as event_on,
        case when is_faulty = 1 then 'reopened' else 'closed' end as event,
        cast(null as varchar) as answer,
        0 as standing
    from step
    where is_faulty <> was_faulty
    union all
    select order_id, observed_on as event_on, 'reopened' as event, cast(null as varchar) as answer, 0 as standing
    from unkept
    union all
    select
        order_id,
        replied_on as event_on,
        case when answer = 'disputed' then 'disputed' else 'replied' end as event,
        answer,
        standing
    from reply
)

-- What came out before the order was issued counts from then on.
select
    happened.order_id,
    greatest(happened.event_on, issued.issued_on) as event_on,
    happened.event,
    {{ first_value_by('happened.answer', 'happened.standing') }} as answer
from happened
inner join issued on happened.order_id = issued.order_id
group by happened.order_id, greatest(happened.event_on, issued.issued_on), happened.event
