-- Grain: one row per extract that could not be pulled at the last try (采集故障).
{{ config(materialized='view') }}

with

source as (

    select * from {{ source('deliveries', 'troubles') }}

),

renamed as (

    select
        extract,
        kind as trouble,
        {{ parse_timestamp('since') }} as trouble_since
    from source

)

select * from renamed
