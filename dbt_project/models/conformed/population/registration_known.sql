-- Grain: one row: whether anybody is known to be registered here (有无户籍登记), by any day.
{{ config(materialized='compared') }}

select coalesce(max(case when is_registered then 1 else 0 end), 0) = 1 as is_delivered
from {{ ref('person') }}
