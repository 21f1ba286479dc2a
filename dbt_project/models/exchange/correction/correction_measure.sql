-- Grain: one row per month, extract and check (校核按期办结度量): orders whose deadline fell in the month, and how many of them
-- had by then neither been answered nor closed.
with

-- An order that is put before its department again under the deadline that it had counts once.
due as (
    select
        order_id,
        deadline,
        min(extract) as extract,
        min(reported_on) as reported_on
    from {{ ref('correction_order_report') }}
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

judged as (
    select
        due.order_id,
        due.extract,
        due.deadline,
        count(settled.event_on) > 0 as is_in_time
    from due
    left join settled
        on due.order_id = settled.order_id and settled.event_on between due.reported_on and due.deadline
    group by due.order_id, due.extract, due.deadline
)

select
    cast({{ dbt.date_trunc('month', 'judged.deadline') }} as date) as month,
    {{ dbt.split_part('judged.extract', "'.'", 1) }} as department,
    judged.extract,
    'corrected' as dimension,
    'order_overdue' as check_name,
    count(*) as units,
    cast(sum(case when judged.is_in_time then 0 else 1 end) as bigint) as shortfall
from judged
cross join (select max(as_of_date) as as_of_date from {{ ref('as_of') }}) as as_of
-- Until its deadline has passed, an order costs nobody anything.
where judged.deadline < as_of.as_of_date
group by {{ dbt.date_trunc('month', 'judged.deadline') }}, judged.extract
