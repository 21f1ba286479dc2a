{{ config(materialized="by_change") }}

with

standard_addresses as (

    select * from {{ ref('stg_grid_office__standard_addresses') }}

),

-- A code that is no code identifies nothing; a code that is there twice is one row's (dwelling_unreadable counts both).
readable as (

    select
        *,
        -- 东区2栋 is building 2 of the compound's eastern section: texts write the section after the compound's name.
        concat(
            {{ normalize_address('compound') }},
            {{ text_replace("coalesce(building, '')", '^(' ~ section_pattern() ~ '?).*$', '{1}') }}
        ) as compound_name,
        {{ normalize_address('road') }} as road_name,
        {{ text_replace('road_number', '号.*$', '') }} as number_text,
        {{ text_replace('building', '^' ~ section_pattern() ~ '|(号楼|栋|幢|座|楼|#)+$', '') }} as building_text,
        {{ text_replace('unit', '(单元|门|梯)$', '') }} as unit_text,
        {{ text_replace('room', '(号|房间|房|室|户)+$', '') }} as room_text,
        row_number() over (
            partition by address_code order by row_key desc
        ) as recency
    from standard_addresses
    where {{ text_matches('address_code', '^[0-9]{20}$') }}

),

numbered as (

    select
        *,
        upper({{ address_number('number_text') }}) as house_number,
        upper({{ address_number('building_text') }}) as building_number,
        upper({{ address_number('unit_text') }}) as unit_number,
        upper({{ address_number('room_text') }}) as room_number
    from readable
    where recency = 1

)

select
    address_code,
    {{ text_key(['street', 'community', 'compound_name', 'road_name', 'house_number']) }} as place_key,
    {{ text_key([
        'street', 'community', "coalesce(nullif(compound_name, ''), road_name || house_number)", 'building_number',
    ]) }} as building_key,
    grid_code,
    substr(grid_code, 1, 12) as community_code,
    substr(grid_code, 1, 9) as street_code,
    province,
    city,
    district,
    street,
    community,
    compound,
    road,
    road_number,
    building,
    unit,
    room,
    compound_name,
    coalesce(road_name, '') as road_name,
    house_number,
    building_number,
    unit_number,
    room_number,
    building_number || unit_number || room_number as tail_digits,
    standard_address,
    longitude,
    latitude
from numbered
