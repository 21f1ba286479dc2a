-- Grain: one row per residence permit (居住证), the last one delivered for its record key.
with

latest as (

    {{ latest_by_record_key(by_key(source('public_security', 'residence_permits'), '_record_key')) }}

),

renamed as (

    select
        {{ provenance_columns('public_security.residence_permits') }},

        {{ clean_code('operation') }} as operation,
        {{ clean_code('permit_number') }} as permit_number,
        {{ clean_identity_number('identity_number') }} as identity_number,
        {{ clean_name('name') }} as name,
        {{ parse_sex('sex') }} as sex,
        {{ parse_date('birth_date') }} as birth_date,
        {{ clean_code('registered_area_code') }} as registered_area_code,
        {{ trimmed('residence_address') }} as residence_address,
        {{ clean_text('residence_reason') }} as residence_reason,
        {{ clean_phone('phone') }} as phone,
        {{ parse_date('registered_on') }} as registered_on,
        {{ parse_timestamp('updated_at') }} as updated_at
    from latest

)

select * from renamed
