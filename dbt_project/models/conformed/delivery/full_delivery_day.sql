-- Grain: one row per extract and day of which a full delivery tells (全量批次日): from when anything was known of that day.
{{ config(materialized='view') }}

with

known as (
    select
        extract,
        delivery_date,
        min(known_from) as known_from,
        count(*) as deliveries
    from {{ ref('learnt_delivery') }}
    where
        extract in (
            {% for contract in contracts() if contract.kind == 'full' %}
            '{{ contract.id }}'{{ ',' if not loop.last }}
            {% endfor %}
        )
    group by extract, delivery_date
),

ordered as (
    select
        extract,
        delivery_date,
        known_from,
        deliveries,
        lag(known_from) over (partition by extract order by delivery_date) as known_before,
        min(delivery_date) over (partition by extract) as first_date,
        max(delivery_date) over (partition by extract) as last_date
    from known
)

-- A day that was known before the one in front of it is no next place: both are no one span of what was known.
select
    extract,
    delivery_date,
    known_from,
    deliveries,
    cast(
        sum(case when known_from < known_before then 2 else 1 end) over (
            partition by extract order by delivery_date rows between unbounded preceding and current row
        ) as bigint
    ) as place,
    delivery_date = first_date as is_first,
    delivery_date = last_date as is_last
from ordered
