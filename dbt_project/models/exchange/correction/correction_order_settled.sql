-- Grain: one row per correction order and stretch in which nothing was found although its row stood as it was (他方消除).
-- The other side had changed, or something else that the finding hung on. A report fixes when it began.
{{ config(materialized='ephemeral') }}

with

report as (
    select * from {{ ref('correction_order_report') }}
),

found_now as (
    select distinct order_id from {{ ref('correction_order_fault') }} where is_found_now = 1
),

fixed as (
    select
        settled.order_id,
        settled.held_on as settled_on,
        min(again.reported_on) as found_again_on
    from report as settled
    left join report as again
        on settled.order_id = again.order_id and again.side = 'own' and settled.held_on < again.reported_on
    where settled.side = 'settled'
    group by settled.order_id, settled.held_on
),

-- Since when nothing is found now: since the first change of the other side after the last report, where there was one.
present as (
    select
        own.order_id,
        coalesce(min(changed.delivery_date), max(as_of.as_of_date)) as settled_on
    from (select order_id, max(reported_on) as reported_on from report where side = 'own' group by order_id) as own
    cross join (select max(as_of_date) as as_of_date from {{ ref('as_of') }}) as as_of
    left join {{ ref('correction_order_check') }} as changed
        on
            own.order_id = changed.order_id
            and changed.side = 'other'
            and changed.is_faulty = 0
            and own.reported_on < changed.delivery_date
    where
        own.order_id not in (select order_id from found_now)
        and own.order_id not in (select order_id from fixed where found_again_on is null)
    group by own.order_id
)

select
    order_id,
    settled_on,
    coalesce(found_again_on, cast('9999-12-31' as date)) as found_again_on
from fixed
union all
select
    order_id,
    settled_on,
    cast('9999-12-31' as date) as found_again_on
from present
