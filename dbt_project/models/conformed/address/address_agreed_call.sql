{{ config(materialized="ephemeral") }}

with

address_head_unnamed as (

    select * from {{ ref('address_head_unnamed') }} where block <> ''

),

address_fragment_name as (

    select * from {{ ref('address_fragment_name') }} where kind = 'road'

),

-- A road and number that one place alone has.
address_place as (

    select
        road_name,
        house_number,
        min(place_key) as place_key,
        min(compound_name) as compound_name
    from {{ ref('address_place') }}
    group by road_name, house_number
    having count(*) = 1 and min(compound_name) <> ''

),

address as (

    select * from {{ ref('address') }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

)

-- Road and number lead to a place that has the dwelling: what stands for its compound there is another name of it.
select
    dwelling_register.address_code,
    'compound' as kind,
    address_place.compound_name as name,
    address_head_unnamed.block as alias
from address_head_unnamed
inner join address_fragment_name on address_head_unnamed.lead = address_fragment_name.fragment
inner join address_place
    on
        address_fragment_name.name = address_place.road_name
        and address_head_unnamed.house_number = address_place.house_number
inner join address on address_head_unnamed.head = address.head
inner join dwelling_register
    on
        address_place.place_key = dwelling_register.place_key
        and address.building_number = dwelling_register.building_number
        and address.unit_number = dwelling_register.unit_number
        and address.room_number = dwelling_register.room_number
