with

address_evidence as (

    select * from {{ ref('address_evidence') }} where address_code is not null and address_text is not null

),

address as (

    select * from {{ ref('address') }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

)

select
    address.address_text,
    address.head,
    address.building_number as text_building,
    dwelling_register.address_code,
    dwelling_register.place_key,
    dwelling_register.building_number
from (select distinct address_text, address_code from address_evidence) as coded
inner join address on coded.address_text = address.address_text
inner join dwelling_register
    on
        coded.address_code = dwelling_register.address_code
        and address.room_number = dwelling_register.room_number
