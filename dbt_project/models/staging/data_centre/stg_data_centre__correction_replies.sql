-- Grain: one row per delivered reply to a correction order (校核答复); later ones stand beside earlier ones.
with

source as (

    select * from {{ source('data_centre', 'correction_replies') }}

),

renamed as (

    select
        {{ provenance_columns('data_centre.correction_replies') }},

        {{ clean_text('order_id') }} as order_id,
        {{ clean_text('replied_extract') }} as replied_extract,
        {{ clean_text('replied_record_key') }} as replied_record_key,
        {{ clean_text('replied_version') }} as replied_version,
        {{ clean_text('replied_column') }} as replied_column,
        {{ clean_text('answer') }} as answer,
        {{ trimmed('corrected_value') }} as corrected_value,
        {{ trimmed('reason') }} as reason
    from source

)

select * from renamed
