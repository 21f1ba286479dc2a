with

address_head as (

    select * from {{ ref('address_head') }}

),

address_place as (

    select * from {{ ref('address_place') }}

),

address_head_candidate as (

    select * from {{ ref('address_head_candidate') }}

),

compared as (

    select
        address_head.head,
        address_place.place_key,
        address_place.compound_name <> '' and right(address_head.compound_fragment, length(address_place.compound_name)) = address_place.compound_name
        as same_compound,
        address_place.road_name <> '' and right(address_head.lead, length(address_place.road_name)) = address_place.road_name as same_road,
        address_head.house_number <> '' and address_head.house_number = address_place.house_number as same_number,
        address_head.house_number <> '' and address_head.house_number <> address_place.house_number as other_number,
        address_head.block <> '' and address_place.compound_name <> '' as names_compound,
        address_place.community_name <> '' and contains(address_head.lead, address_place.community_name) as same_community,
        length(address_place.community_name) as community_length,
        address_place.street_name <> '' and contains(address_head.lead, address_place.street_name) as same_street
    from address_head_candidate
    inner join address_head on address_head_candidate.head = address_head.head
    inner join address_place on address_head_candidate.place_key = address_place.place_key

)

select
    head,
    place_key,
    case when same_compound then 'same' when names_compound then 'other' else 'absent' end as compound_agreement,
    case when same_road and same_number then 'same' when same_road then 'road' when other_number then 'other' else 'absent' end as road_agreement,
    same_community,
    same_street,
    case when same_compound then 8 when names_compound then -8 else 0 end
    + case when same_road and same_number then 6 when same_number then 2 when same_road and other_number then -4 when same_road then 3
        when other_number then -6 else 0 end
    + case when same_community then 2 + community_length * 0.1 else 0 end
    + case when same_street then 1 else 0 end as score
from compared
