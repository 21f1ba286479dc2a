-- Grain: one row per tenancy filed (租赁备案), the last one delivered for its record key.
with

latest as (

    {{ latest_by_record_key(by_key(source('housing', 'rental_contracts'), '_record_key')) }}

),

renamed as (

    select
        {{ provenance_columns('housing.rental_contracts') }},

        {{ clean_code('contract_number') }} as contract_number,
        {{ clean_code('house_code') }} as house_code,
        {{ trimmed('address') }} as address,
        {{ clean_name('landlord_name') }} as landlord_name,
        {{ clean_identity_number('landlord_identity_number') }} as landlord_identity_number,
        {{ clean_name('tenant_name') }} as tenant_name,
        {{ clean_identity_number('tenant_identity_number') }} as tenant_identity_number,
        {{ clean_phone('tenant_phone') }} as tenant_phone,
        {{ parse_number('occupants', 'integer') }} as occupants,
        {{ parse_date('start_date') }} as start_date,
        {{ parse_date('end_date') }} as end_date,
        {{ clean_text('status') }} as status,
        {{ parse_timestamp('updated_at') }} as updated_at
    from latest

)

select * from renamed
