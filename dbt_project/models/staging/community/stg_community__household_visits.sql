-- Grain: one row per visit and person met or named (走访), the last one delivered for its record key.
with

latest as (

    {{ latest_by_record_key(by_key(source('community', 'household_visits'), '_record_key')) }}

),

renamed as (

    select
        {{ provenance_columns('community.household_visits') }},

        {{ clean_code('visit_id') }} as visit_id,
        {{ parse_timestamp('visited_at') }} as visited_at,
        {{ clean_code('grid_code') }} as grid_code,
        {{ clean_code('address_code') }} as address_code,
        {{ trimmed('address') }} as address,
        {{ clean_text('house_status') }} as house_status,
        {{ parse_number('occupants', 'integer') }} as occupants,
        {{ clean_name('resident_name') }} as resident_name,
        {{ clean_identity_number('resident_identity_number') }} as resident_identity_number,
        {{ clean_phone('resident_phone') }} as resident_phone,
        {{ parse_sex('sex') }} as sex,
        {{ parse_boolean('lives_here') }} as lives_here,
        {{ parse_boolean('living_alone') }} as living_alone
    from latest

)

select * from renamed
