-- Grain: one row per correction order and day that tells of it (校核复查结果): was the finding there?
{{ config(materialized='ephemeral') }}

with

settled as (
    select * from {{ ref('correction_order_settled') }}
),

-- A version at fault says nothing while the finding is settled from elsewhere.
delivered as (
    select
        own.order_id,
        own.delivery_date as observed_on,
        own.is_faulty
    from {{ ref('correction_order_check') }} as own
    left join settled
        on
            own.order_id = settled.order_id
            and own.is_faulty = 1
            and own.delivery_date >= settled.settled_on
            and own.delivery_date < settled.found_again_on
    where own.side = 'own' and settled.order_id is null
),

found_again as (
    select
        settled.order_id,
        max(as_of.as_of_date) as observed_on
    from settled
    cross join (select max(as_of_date) as as_of_date from {{ ref('as_of') }}) as as_of
    inner join {{ ref('correction_order_fault') }} as fault
        on settled.order_id = fault.order_id and fault.is_found_now = 1
    where settled.found_again_on = cast('9999-12-31' as date)
    group by settled.order_id
),

told as (
    select order_id, observed_on, is_faulty from delivered
    union all
    select order_id, settled_on as observed_on, 0 as is_faulty from settled
    union all
    select order_id, found_again_on as observed_on, 1 as is_faulty
    from settled
    where found_again_on < cast('9999-12-31' as date)
    union all
    select order_id, observed_on, 1 as is_faulty from found_again
)

select
    order_id,
    observed_on,
    max(is_faulty) as is_faulty
from told
group by order_id, observed_on
