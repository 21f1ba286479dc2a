{{ config(materialized="ephemeral") }}

with

address_coded as (

    select * from {{ ref('address_coded') }}

),

address_place as (

    select * from {{ ref('address_place') }}

)

select
    address_coded.address_code,
    'compound' as kind,
    address_place.compound_name as name,
    address_coded.compound_alias as alias
from address_coded
inner join address_place on address_coded.place_key = address_place.place_key
where address_coded.compound_alias is not null

union all

select
    address_coded.address_code,
    'road' as kind,
    address_place.road_name as name,
    address_coded.road_alias as alias
from address_coded
inner join address_place on address_coded.place_key = address_place.place_key
where address_coded.road_alias is not null
