{{ config(materialized="by_change") }}

with

address_place as (

    select * from {{ ref('address_place') }}

)

select distinct
    'compound' as kind,
    compound_name as name
from address_place
where length(compound_name) > 1

union all

select distinct
    'road' as kind,
    road_name as name
from address_place
where length(road_name) > 1
