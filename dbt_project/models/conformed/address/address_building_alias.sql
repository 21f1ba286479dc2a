{{ config(materialized="compared") }}

with

address_coded as (

    select * from {{ ref('address_coded') }}

),

counted as (

    select
        place_key,
        text_building,
        building_number,
        count(distinct address_code) as dwellings,
        sum(count(distinct address_code)) over (partition by place_key, text_building) as all_dwellings
    from address_coded
    where text_building <> ''
    group by place_key, text_building, building_number

)

select
    place_key,
    text_building,
    building_number
from counted
where
    text_building <> building_number
    -- A digit that differs is more likely a slip than a name.
    and dwellings >= case
        when {{ text_matches('text_building', '^[0-9]+$') }} then {{ address_rule('alias_support') }}
        else {{ address_rule('building_support') }}
    end
    and dwellings >= {{ address_rule('alias_purity') }} * all_dwellings
