-- Grain: one row per delivered reply that has an answer (校核答复), whether or not it is one of those agreed.
{{ config(materialized='ephemeral') }}

select
    replies.row_key,
    replies.order_id,
    replies.replied_extract,
    replies.replied_record_key,
    replies.replied_version,
    replies.replied_column,
    meaning.meaning as answer,
    replies.delivery_date as replied_on,
    replies.source_file,
    replies.source_row
from {{ ref('stg_data_centre__correction_replies') }} as replies
left join {{ ref('category_meaning') }} as meaning
    on replies.answer = meaning.code and meaning.code_set = 'correction_answer'
where replies.answer is not null
