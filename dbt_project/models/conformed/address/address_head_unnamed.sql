{{ config(materialized="by_change", key="head") }}

with

address_head as (

    select * from {{ by_key(ref('address_head'), 'head') }}

),

address_place as (

    select * from {{ ref('address_place') }}

),

address_fragment_name as (

    select * from {{ dictionary(ref('address_fragment_name')) }}

)

select address_head.*
from address_head
where
    not exists (
        select 1 from address_fragment_name
        where
            address_fragment_name.fragment = address_head.compound_fragment
            and address_fragment_name.kind = 'compound'
    )
    and not exists (
        select 1
        from address_fragment_name
        inner join address_place on address_fragment_name.name = address_place.road_name
        where
            address_fragment_name.fragment = address_head.lead
            and address_fragment_name.kind = 'road'
            and address_place.house_number = address_head.house_number
            and address_head.block = ''
    )
