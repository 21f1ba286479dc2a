-- Grain: one row per day that figures are told for (统计日): every one from the first delivery date (or the checkpoint) on
-- to the last.
{{ config(materialized='compared') }}

with

{{ numbers_below_ten_thousand() }},

span as (
    select
        -- What was said before the checkpoint is told as of its day.
        greatest(min(delivery_date), coalesce(max(folded_until), min(delivery_date))) as first_day,
        max(delivery_date) as last_day
    from {{ ref('learnt_delivery') }}
    -- As in as_of: what the data centre gathers itself says nothing of the district's day.
    where known_to is null and extract not like 'data_centre.%'
)

select
    cast({{ dbt.dateadd('day', 'number.days', 'span.first_day') }} as date) as as_of_date,
    span.first_day,
    span.last_day
from span
inner join number on number.days <= {{ dbt.datediff('span.first_day', 'span.last_day', 'day') }}
