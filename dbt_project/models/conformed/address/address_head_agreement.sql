{{ config(materialized="ephemeral") }}

with

address_head as (

    select * from {{ dictionary(ref('address_head')) }}

),

address_place as (

    select * from {{ ref('address_place') }}

),

address_head_place as (

    select * from {{ by_key(ref('address_head_place'), 'head') }}

)

select
    found.head,
    found.place_key,
    found.after_digits,
    case
        when found.compound_found is not null then found.compound_found
        when place.compound_name = '' or head.block = '' then 'absent'
        when {{ ends_near('head.block', 'place.compound_name') }} then 'near'
        else 'other'
    end as compound,
    case
        when found.road_found is not null then found.road_found
        when head.house_number = '' or place.road_name = '' then 'absent'
        when right(head.lead, length(place.road_name)) = place.road_name then 'same'
        when {{ ends_near('head.lead', 'place.road_name') }} then 'near'
        else 'other'
    end as road,
    case
        when head.house_number = '' then 'absent' when head.house_number = place.house_number then 'same' else 'other'
    end as number,
    case
        when place.community <> '' and {{ dbt.position('place.community', 'head.head') }} > 0 then 'same'
        when place.community_short <> '' and {{ dbt.position('place.community_short', 'head.head') }} > 0 then 'short'
        else 'absent'
    end as community,
    case
        when place.street_short <> '' and {{ dbt.position('place.street_short', 'head.head') }} > 0 then 'same'
        else 'absent'
    end as street
from address_head_place as found
inner join address_head as head on found.head = head.head
inner join address_place as place on found.place_key = place.place_key
