{{ config(materialized="by_change", key="address_code") }}

with

address_evidence as (

    select * from {{ by_key(ref('address_evidence'), 'address_code') }}
    where address_code is not null and text_key is not null

),

address_head as (

    select * from {{ dictionary(ref('address_head')) }}

),

address as (

    select * from {{ dictionary(ref('address')) }}

),

address_place as (

    select * from {{ ref('address_place') }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

),

coded as (

    select distinct
        address.head,
        address.building_number as text_building,
        dwelling_register.address_code,
        dwelling_register.place_key,
        dwelling_register.building_number
    from (select distinct text_key, address_code from address_evidence) as texts
    inner join address on texts.text_key = address.text_key
    inner join dwelling_register
        on
            texts.address_code = dwelling_register.address_code
            and address.room_number = dwelling_register.room_number

)

select
    coded.*,
    case
        when
            place.compound_name <> ''
            and (head.block <> '' or head.house_number = '')
            and right(head.compound_fragment, length(place.compound_name)) <> place.compound_name
            then case when head.block <> '' then head.block else {{ without_areas('head.lead', 'place') }} end
    end as compound_alias,
    case
        when
            head.house_number = place.house_number
            and right(head.lead, length(place.road_name)) <> place.road_name
            then {{ without_areas('head.lead', 'place') }}
    end as road_alias
from coded
left join address_head as head on coded.head = head.head
left join address_place as place on coded.place_key = place.place_key
