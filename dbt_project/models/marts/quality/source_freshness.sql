-- Grain: one row per as_of_date and extract of the contracts, also where nothing was ever delivered.
with

extract_state as (
    select * from {{ ref('extract_state') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

delivery_trouble as (
    select * from {{ ref('delivery_trouble') }}
),

promised as (
    select
        extract_state.*,
        cast(
            {{ dbt.dateadd('day', 'period_days + grace_days', 'last_delivery_date') }} as date
        ) as next_delivery_by
    from extract_state
)

select
    as_of.as_of_date,
    promised.extract,
    promised.department,
    promised.delivery_kind,
    promised.last_delivery_date,
    {{ dbt.datediff('promised.last_delivery_date', 'as_of.as_of_date', 'day') }} as age_in_days,
    promised.next_delivery_by,
    coalesce(promised.next_delivery_by < as_of.as_of_date, false) as is_late,
    delivery_trouble.trouble,
    delivery_trouble.trouble_since,
    promised.current_deliveries,
    promised.current_rows
from promised
cross join as_of
left join delivery_trouble on promised.extract = delivery_trouble.extract
