{{ config(materialized="by_change") }}

with

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

)

select
    place_key,
    coalesce(max(province), '') as province,
    coalesce(max(city), '') as city,
    coalesce(max(district), '') as district,
    coalesce(street, '') as street,
    coalesce(community, '') as community,
    compound_name,
    road_name,
    house_number,
    -- 石牌街道 is also written 石牌街; 帝景东社区 also 帝景东.
    {{ text_replace("coalesce(street, '')", '街道$', '街') }} as street_short,
    {{ text_replace("coalesce(community, '')", '(社区|村)$', '') }} as community_short
from dwelling_register
group by place_key, street, community, compound_name, road_name, house_number
