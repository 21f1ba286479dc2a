-- Grain: one row per delivery ever taken or refused (交付批次).
{{ config(materialized='view') }}

select distinct
    department,
    extract,
    delivery_id,
    delivery_date,
    month,
    received_on,
    is_accepted,
    refusal,
    rows_accepted,
    rows_rejected
from {{ ref('stg_deliveries__receipts') }}
-- The data centre does not appraise itself.
where department <> 'data_centre'
