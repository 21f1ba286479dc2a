{{ config(materialized="by_change", key="text_key") }}

with

address as (

    select * from {{ by_key(ref('address'), 'text_key') }} where room_number <> ''

),

address_head_score as (

    select * from {{ through(ref('address_head_score'), 'head', 'head', ref('address'), but=ref('address_head')) }}
    where after_digits = ''

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

)

select
    address.text_key,
    dwelling_register.address_code,
    address_head_score.name_agreement,
    'exact' as tail_agreement,
    address_head_score.score
from address
inner join address_head_score on address.head = address_head_score.head
inner join dwelling_register
    on
        address_head_score.place_key = dwelling_register.place_key
        and address.building_number = dwelling_register.building_number
        and address.unit_number = dwelling_register.unit_number
        and address.room_number = dwelling_register.room_number
