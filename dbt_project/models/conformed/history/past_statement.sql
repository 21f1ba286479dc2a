-- Grain: one row per statement of where somebody lives that is not made any more (历史居住陈述): of a full extract, and run
-- of deliveries that made it; of changes, per row.
{{ config(materialized='by_change_view') }}

with

stated as (
    select
        row_key,
        extract,
        record_key,
        cast(null as varchar) as delivery_id,
        last_delivered_on as delivery_date,
        cast(null as bigint) as source_row,
        is_renewed,
        known_from,
        known_to,
        observed_on,
        address_text,
        address_code,
        grid_code,
        lives_here
    from {{ ref('register_statement') }}
    where last_delivered_on is not null
    union all
    select
        row_key,
        extract,
        record_key,
        delivery_id,
        delivery_date,
        source_row,
        false as is_renewed,
        cast(null as date) as known_from,
        cast(null as date) as known_to,
        observed_on,
        address_text,
        address_code,
        grid_code,
        lives_here
    from {{ ref('replaced_statement') }}
)

select
    *,
    case when address_text is not null then {{ text_key(['address_text']) }} end as text_key
from stated
