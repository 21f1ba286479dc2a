-- Grain: one row per correction order, record on either side and version of it that was found at fault (已知有误版本).
{{ config(materialized='ephemeral') }}

with stated as (
    select
        order_id,
        record_key,
        version,
        0 as is_found_now
    from {{ ref('correction_order_report') }}
    where side in ('own', 'other')
    union all
    select
        order_id,
        record_key,
        version,
        1 as is_found_now
    from {{ ref('correction_order_found') }}
)

select
    order_id,
    record_key,
    version,
    max(is_found_now) as is_found_now
from stated
group by order_id, record_key, version
