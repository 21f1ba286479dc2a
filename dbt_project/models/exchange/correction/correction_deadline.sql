-- Grain: one row per correction order and deadline of it that has passed (校核单到期): was it answered or closed by then?
with

report as (
    select * from {{ ref('correction_order_report') }}
),

-- An order that is put before its department again under the deadline that it had counts once.
due as (
    select
        order_id,
        deadline,
        min(extract) as extract,
        min(reported_on) as reported_on
    from report
    where side = 'own'
    group by order_id, deadline
),

settled as (
    select
        order_id,
        event_on
    from {{ ref('correction_order_event') }}
    where event in ('replied', 'disputed', 'closed')
),

-- What the first report after the deadline has fixed stays, whatever later deliveries make of the order's life.
fixed as (
    select
        order_id,
        deadline,
        side = 'in_time' as is_in_time
    from report
    where side in ('in_time', 'overdue')
)

select
    due.order_id,
    due.extract,
    due.deadline,
    coalesce(fixed.is_in_time, count(settled.event_on) > 0) as is_in_time,
    fixed.order_id is not null as is_fixed
from due
cross join (select max(as_of_date) as as_of_date from {{ ref('as_of') }}) as as_of
left join settled
    on due.order_id = settled.order_id and settled.event_on between due.reported_on and due.deadline
left join fixed on due.order_id = fixed.order_id and due.deadline = fixed.deadline
-- Until its deadline has passed, an order costs nobody anything.
where due.deadline < as_of.as_of_date
group by due.order_id, due.extract, due.deadline, fixed.order_id, fixed.is_in_time
