-- Grain: one row per delivered row of the current file, a registered house (房屋).
{{ config(materialized='compared') }}

with

numbered as (

    {{ numbered_copies(source('housing', 'housing_units')) }}

),

renamed as (

    select
        {{ provenance_columns('housing.housing_units') }},

        {{ clean_code('house_code') }} as house_code,
        {{ trimmed('location') }} as location,
        {{ parse_number('floor_area') }} as floor_area,
        {{ clean_text('house_use') }} as house_use,
        {{ parse_number('built_year', 'integer') }} as built_year,
        {{ clean_name('owner_name') }} as owner_name,
        {{ clean_identity_number('owner_identity_number') }} as owner_identity_number,
        {{ clean_text('ownership_kind') }} as ownership_kind,
        {{ parse_date('updated_on') }} as updated_on
    from numbered

)

select * from renamed
