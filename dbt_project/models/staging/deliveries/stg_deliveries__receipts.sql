-- Grain: one row per delivery and rule that its rows were held against (交付台账), or one.
{{ config(materialized='view') }}

with

source as (

    select * from {{ source('deliveries', 'receipts') }}

),

renamed as (

    select
        department,
        extract,
        delivery_id,
        delivery_date,
        cast({{ dbt.date_trunc('month', 'delivery_date') }} as date) as month,
        cast({{ parse_timestamp('received_at') }} as date) as received_on,
        status = 'accepted' as is_accepted,
        refusal,
        rows_accepted,
        rows_rejected,
        check_name,
        {{ dbt.split_part('check_name', "':'", 2) }} as check_rule,
        rows_flagged
    from source

)

select * from renamed
