-- Grain: one row per correction order and day that tells of it (校核复查结果): was the finding still there?
{{ config(materialized='ephemeral') }}

with

judged as (
    select * from {{ ref('correction_order_check') }}
),

-- Found no more although the row came as it was: the other side has changed, or something else that it hung on.
settled as (
    select
        report.order_id,
        coalesce(min(changed.delivery_date), max(as_of.as_of_date)) as settled_on
    from (select distinct order_id from {{ ref('correction_order_report') }}) as report
    cross join (select max(as_of_date) as as_of_date from {{ ref('as_of') }}) as as_of
    left join judged as changed
        on report.order_id = changed.order_id and changed.side = 'other' and changed.is_faulty = 0
    left join {{ ref('correction_order_fault') }} as fault
        on report.order_id = fault.order_id and fault.is_found_now = 1
    where fault.order_id is null
    group by report.order_id
)

select
    judged.order_id,
    judged.delivery_date as observed_on,
    judged.is_faulty
from judged
left join settled on judged.order_id = settled.order_id
where
    judged.side = 'own'
    and (judged.is_faulty = 0 or settled.order_id is null or judged.delivery_date < settled.settled_on)
union
select
    order_id,
    settled_on as observed_on,
    0 as is_faulty
from settled
