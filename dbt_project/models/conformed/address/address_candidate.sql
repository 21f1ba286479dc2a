with

address as (

    select * from {{ ref('address') }} where room_number <> ''

),

address_head_place as (

    select * from {{ ref('address_head_place') }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

)

select
    address.address_text,
    dwelling_register.address_code,
    dwelling_register.building_key,
    dwelling_register.grid_code,
    address_head_place.score
from address
inner join address_head_place on address.head = address_head_place.head
inner join dwelling_register
    on
        address_head_place.place_key = dwelling_register.place_key
        and address.building_number = dwelling_register.building_number
        and address.unit_number = dwelling_register.unit_number
        and address.room_number = dwelling_register.room_number
where address_head_place.compound_agreement <> 'other' and address_head_place.score > 0
