{{ config(materialized="by_change", key="text_key") }}

with

address_head_score as (

    select * from {{ through(ref('address_head_score'), 'head', 'head', ref('address_open_row')) }}

),

open_texts as (

    select distinct
        text_key,
        head,
        building_number
    from {{ by_key(ref('address_open_row'), 'text_key') }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

),

buildings as (

    select distinct
        place_key,
        building_number,
        building_key
    from dwelling_register

)

select
    open_texts.text_key,
    min(buildings.building_key) as building_key
from open_texts
inner join address_head_score on open_texts.head = address_head_score.head
inner join buildings
    on address_head_score.place_key = buildings.place_key and open_texts.building_number = buildings.building_number
group by open_texts.text_key
having count(distinct buildings.building_key) = 1
