with

address_head_score as (

    select * from {{ ref('address_head_score') }}

),

address as (

    select * from {{ ref('address') }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

),

address_match as (

    select address_text from {{ ref('address_match') }} where address_code is not null

),

buildings as (

    select distinct
        place_key,
        building_number,
        building_key
    from dwelling_register

)

select
    address.address_text,
    min(buildings.building_key) as building_key
from address
inner join address_head_score on address.head = address_head_score.head
inner join buildings
    on address_head_score.place_key = buildings.place_key and address.building_number = buildings.building_number
where address.address_text not in (select address_text from address_match)
group by address.address_text
having count(distinct buildings.building_key) = 1
