-- Grain: one row per correction order (校核单当前一轮): when it was last opened, and what came since.
{{ config(materialized='ephemeral') }}

with

event as (
    select * from {{ ref('correction_order_event') }}
),

turn as (
    select
        order_id,
        max(case when event in ('issued', 'reopened') then event_on end) as opened_on,
        max(case when event = 'reopened' then event_on end) as reopened_on,
        max(case when event = 'closed' then event_on end) as closed_on,
        count(case when event = 'reopened' then 1 end) as reopened_count,
        min(case when event in ('replied', 'disputed') then event_on end) as first_replied_on
    from event
    group by order_id
),

-- Of two answers of one day the dispute stands.
answered as (
    select
        order_id,
        min(event_on) as answered_on,
        max(event_on) as replied_on,
        {{ first_value_by('answer', 'standing') }} as answer
    from (
        select
            event.order_id,
            event.event_on,
            event.answer,
            {{ days_before('event.event_on') }} * 2 + case when event.event = 'disputed' then 0 else 1 end as standing
        from event
        inner join turn on event.order_id = turn.order_id
        where event.event in ('replied', 'disputed') and event.event_on >= turn.opened_on
    ) as since
    group by order_id
)

select
    turn.order_id,
    turn.opened_on,
    turn.reopened_on,
    case when coalesce(turn.closed_on > turn.reopened_on, true) then turn.closed_on end as closed_on,
    turn.reopened_count,
    turn.first_replied_on,
    answered.answered_on,
    answered.replied_on,
    answered.answer
from turn
left join answered on turn.order_id = answered.order_id
