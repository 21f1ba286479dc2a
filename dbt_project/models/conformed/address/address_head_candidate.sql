with

address_head as (

    select * from {{ ref('address_head') }}

),

address_place as (

    select * from {{ ref('address_place') }}

),

address_fragment_name as (

    select * from {{ ref('address_fragment_name') }}

),

by_compound as (

    select
        address_head.head,
        address_place.place_key
    from address_head
    inner join address_fragment_name
        on address_head.compound_fragment = address_fragment_name.fragment and address_fragment_name.kind = 'compound'
    inner join address_place on address_fragment_name.name = address_place.compound_name

),

by_road as (

    select
        address_head.head,
        address_place.place_key
    from address_head
    inner join address_fragment_name on address_head.lead = address_fragment_name.fragment and address_fragment_name.kind = 'road'
    inner join address_place
        on address_fragment_name.name = address_place.road_name and address_head.house_number = address_place.house_number

)

select head, place_key from by_compound
union
select head, place_key from by_road
