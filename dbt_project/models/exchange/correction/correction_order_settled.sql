-- Grain: one row per correction order and stretch in which nothing was found although its row stood as it was (他方消除).
-- The other side had changed, or something else that the finding hung on. A report fixes when it began.
{{ config(materialized='ephemeral') }}

with

report as (
    select * from {{ ref('correction_order_report') }}
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
from {{ ref('correction_order_vanished') }}
