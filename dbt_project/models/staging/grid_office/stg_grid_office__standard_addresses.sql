-- Grain: one row per delivered row of the current file, a dwelling (住户单元).
{{ config(materialized='compared') }}

with

numbered as (

    {{ numbered_copies(source('grid_office', 'standard_addresses')) }}

),

renamed as (

    select
        {{ provenance_columns('grid_office.standard_addresses') }},

        {{ clean_code('address_code') }} as address_code,
        {{ clean_text('province') }} as province,
        {{ clean_text('city') }} as city,
        {{ clean_text('district') }} as district,
        {{ clean_text('street') }} as street,
        {{ clean_text('community') }} as community,
        {{ clean_text('compound') }} as compound,
        {{ clean_text('road') }} as road,
        {{ clean_text('road_number') }} as road_number,
        {{ clean_text('building') }} as building,
        {{ clean_text('unit') }} as unit,
        {{ clean_text('room') }} as room,
        {{ trimmed('standard_address') }} as standard_address,
        {{ clean_code('grid_code') }} as grid_code,
        {{ parse_number('longitude', 'decimal(10, 7)') }} as longitude,
        {{ parse_number('latitude', 'decimal(10, 7)') }} as latitude
    from numbered

)

select * from renamed
