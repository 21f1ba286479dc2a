-- Grain: one row per health record (健康档案), the last one delivered for its record key.
with

latest as (

    {{ latest_by_record_key(by_key(source('health', 'resident_records'), '_record_key')) }}

),

renamed as (

    select
        {{ provenance_columns('health.resident_records') }},

        {{ clean_code('health_id') }} as health_id,
        {{ clean_identity_number('identity_number') }} as identity_number,
        {{ clean_name('name') }} as name,
        {{ parse_sex('sex') }} as sex,
        {{ parse_date('birth_date') }} as birth_date,
        {{ clean_phone('phone') }} as phone,
        {{ trimmed('residence_address') }} as residence_address,
        {{ clean_text('chronic_conditions') }} as chronic_conditions,
        {{ parse_boolean('elderly_managed') }} as elderly_managed,
        {{ parse_timestamp('updated_at') }} as updated_at
    from latest

)

select * from renamed
