{{ config(materialized="by_change", key="text_key") }}

with

address_head_score as (

    select * from {{ through(ref('address_head_score'), 'head', 'head', ref('address')) }}

),

address as (

    select * from {{ by_key(ref('address'), 'text_key') }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

),

open_texts as (

    select distinct text_key from {{ by_key(ref('address_open_row'), 'text_key') }}

),

buildings as (

    select distinct
        place_key,
        building_number,
        building_key
    from dwelling_register

)

select
    address.text_key,
    min(buildings.building_key) as building_key
from open_texts
inner join address on open_texts.text_key = address.text_key
inner join address_head_score on address.head = address_head_score.head
inner join buildings
    on address_head_score.place_key = buildings.place_key and address.building_number = buildings.building_number
group by address.text_key
having count(distinct buildings.building_key) = 1
