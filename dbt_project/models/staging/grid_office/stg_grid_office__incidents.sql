-- Grain: one row per event (事件), the last one delivered for its record key.
with

latest as (

    {{ latest_by_record_key(by_key(source('grid_office', 'incidents'), '_record_key')) }}

),

renamed as (

    select
        {{ provenance_columns('grid_office.incidents') }},

        {{ clean_code('event_id') }} as event_id,
        {{ clean_code('type_code') }} as type_code,
        {{ parse_timestamp('reported_at') }} as reported_at,
        {{ clean_code('grid_code') }} as grid_code,
        {{ trimmed('address') }} as address,
        {{ trimmed('description') }} as description,
        {{ parse_timestamp('deadline') }} as deadline,
        {{ clean_text('status') }} as status,
        {{ parse_timestamp('closed_at') }} as closed_at
    from latest

)

select * from renamed
