{{ config(materialized="by_change") }}

with

standard_addresses as (

    select * from {{ ref('stg_grid_office__standard_addresses') }}

),

judged as (

    select
        case
            when {{ text_matches("coalesce(address_code, '')", '^[0-9]{20}$') }} then 'repeated_code'
            else 'unreadable_code'
        end as reason,
        row_number() over (
            partition by address_code order by row_key desc
        ) as recency
    from standard_addresses

)

select
    reason,
    count(*) as register_rows
from judged
where reason = 'unreadable_code' or recency > 1
group by reason
