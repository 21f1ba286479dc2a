-- Grain: one row per month, extract and check (校核按期办结度量): orders whose deadline fell in the month, and how many of them
-- had by then neither been answered nor closed.
{{ config(materialized='ephemeral') }}

with deadline as (
    select
        extract,
        is_in_time,
        cast({{ dbt.date_trunc('month', 'deadline') }} as date) as month
    from {{ ref('correction_deadline') }}
)

select
    month,
    {{ dbt.split_part('extract', "'.'", 1) }} as department,
    extract,
    'corrected' as dimension,
    'order_overdue' as check_name,
    count(*) as units,
    cast(sum(case when is_in_time then 0 else 1 end) as bigint) as shortfall
from deadline
group by month, extract
