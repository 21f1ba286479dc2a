-- Grain: one row per correction order, record on either side and later delivery that tells of it (逐次复查).
{{ config(materialized='ephemeral') }}

with

record as (
    select
        order_id,
        side,
        extract,
        record_key,
        min(held_on) as held_on
    from {{ ref('correction_order_report') }}
    where side in ('own', 'other')
    group by order_id, side, extract, record_key
),

delivered as (
    {{ delivered_versions() }}
),

full_delivery as (
    {{ full_deliveries() }}
),

told as (
    select
        record.*,
        full_delivery.delivery_date
    from record
    inner join full_delivery
        on record.extract = full_delivery.extract and record.held_on <= full_delivery.delivery_date
    union
    select
        record.*,
        delivered.delivery_date
    from record
    inner join delivered
        on
            record.extract = delivered.extract
            and record.record_key = delivered.record_key
            and record.held_on <= delivered.delivery_date
)

-- A record that a delivery no longer holds is not at fault.
select
    told.order_id,
    told.side,
    told.record_key,
    told.delivery_date,
    max(case when fault.version is null then 0 else 1 end) as is_faulty
from told
left join delivered
    on
        told.extract = delivered.extract
        and told.record_key = delivered.record_key
        and told.delivery_date = delivered.delivery_date
left join {{ ref('correction_order_fault') }} as fault
    on
        told.order_id = fault.order_id
        and told.record_key = fault.record_key
        and delivered.version = fault.version
group by told.order_id, told.side, told.record_key, told.delivery_date
