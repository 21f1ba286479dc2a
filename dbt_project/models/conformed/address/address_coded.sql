{{ config(materialized="by_change", key="address_code") }}

with

address_evidence as (

    select * from {{ by_key(ref('address_evidence'), 'address_code') }}
    where address_code is not null and text_key is not null

),

address as (

    select * from {{ dictionary(ref('address')) }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

)

select distinct
    address.head,
    address.building_number as text_building,
    dwelling_register.address_code,
    dwelling_register.place_key,
    dwelling_register.building_number
from (select distinct text_key, address_code from address_evidence) as coded
inner join address on coded.text_key = address.text_key
inner join dwelling_register
    on
        coded.address_code = dwelling_register.address_code
        and address.room_number = dwelling_register.room_number
