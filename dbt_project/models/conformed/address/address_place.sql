with

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

)

select
    place_key,
    street,
    community,
    compound_name,
    road_name,
    house_number,
    -- 石牌街道 is also written 石牌街 and 石牌; 帝景东社区 also 帝景东.
    {{ text_replace('street', '(街道|街道办事处|街|镇|乡)$', '') }} as street_name,
    {{ text_replace('community', '(社区|村|居委会|村委会|社区居委会)$', '') }} as community_name,
    count(*) as dwellings
from dwelling_register
group by place_key, street, community, compound_name, road_name, house_number
