-- Grain: one row per correction order and reply that answers it (校核单答复): it names the order, or row and column.
{{ config(materialized='ephemeral') }}

select
    report.order_id,
    reply.row_key,
    reply.answer,
    reply.replied_on,
    {{ days_before('reply.replied_on') }} * 10000000 - reply.source_row as standing
from {{ ref('correction_order_report') }} as report
inner join {{ ref('correction_reply') }} as reply
    on
        report.record_key = reply.replied_record_key
        and report.version = reply.replied_version
        and report.column_name = reply.replied_column
where
    report.side = 'own'
    and reply.answer is not null
    and coalesce(reply.order_id, report.order_id) = report.order_id
    and coalesce(reply.replied_extract, report.extract) = report.extract
