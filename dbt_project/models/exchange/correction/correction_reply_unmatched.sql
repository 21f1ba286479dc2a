-- Grain: one row per delivered reply with an answer that answers no order (无效答复), so that it can be told.
{{ config(materialized='view') }}

select
    reply.replied_on,
    reply.source_file,
    reply.source_row,
    case when reply.answer is null then 'answer' else 'order' end as not_known
from {{ ref('correction_reply') }} as reply
left join {{ ref('correction_order_reply') }} as answering on reply.row_key = answering.row_key
where answering.row_key is null
