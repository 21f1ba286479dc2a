-- Grain: one row per correction order, record on either side and version of it that was found at fault (已知有误版本).
{{ config(materialized='ephemeral') }}

with

report as (
    select * from {{ ref('correction_order_report') }} where side in ('own', 'other')
),

-- The order's record, or the other side's of its extract: of a person's rows now one, now the other is the further one.
found_now as (
    select
        report.order_id,
        discrepancies.record_key,
        discrepancies.version
    from report
    inner join {{ ref('discrepancies') }} as discrepancies
        on
            report.kind = discrepancies.kind
            and report.extract = discrepancies.extract
            and report.record_key = discrepancies.record_key
            and report.column_name = discrepancies.column_name
            and report.role = discrepancies.role
),

stated as (
    select
        order_id,
        record_key,
        version,
        0 as is_found_now
    from report
    union all
    select
        order_id,
        record_key,
        version,
        1 as is_found_now
    from found_now
)

select
    order_id,
    record_key,
    version,
    max(is_found_now) as is_found_now
from stated
group by order_id, record_key, version
