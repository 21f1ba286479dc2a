-- Grain: one row per delivered reply with an answer that answers no order (无效答复): nothing hangs on it but that it is told.
{{ config(materialized='view') }}

select
    replies.delivery_date,
    replies.source_file,
    replies.source_row,
    case when reply.row_key is null then 'answer' else 'order' end as not_known
from {{ ref('stg_data_centre__correction_replies') }} as replies
left join {{ ref('correction_reply') }} as reply on replies.row_key = reply.row_key
left join {{ ref('correction_order_reply') }} as answering on replies.row_key = answering.row_key
where replies.answer is not null and answering.row_key is null
