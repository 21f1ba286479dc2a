{{ config(materialized="ephemeral") }}

with

address_coded as (

    select * from {{ ref('address_coded') }}

),

address_head as (

    select * from {{ ref('address_head') }}

),

address_place as (

    select * from {{ ref('address_place') }}

),

-- What a row with a code calls a compound or a road that it does not name as the register does.
calls as (

    select
        address_coded.address_code,
        'compound' as kind,
        address_place.compound_name as name,
        case
            when address_head.block <> '' then address_head.block
            else {{ without_areas('address_head.lead', 'address_place') }}
        end as alias
    from address_coded
    inner join address_head on address_coded.head = address_head.head
    inner join address_place on address_coded.place_key = address_place.place_key
    where
        address_place.compound_name <> ''
        and (address_head.block <> '' or address_head.house_number = '')
        and right(address_head.compound_fragment, length(address_place.compound_name)) <> address_place.compound_name

    union all

    select
        address_coded.address_code,
        'road' as kind,
        address_place.road_name as name,
        {{ without_areas('address_head.lead', 'address_place') }} as alias
    from address_coded
    inner join address_head on address_coded.head = address_head.head
    inner join address_place on address_coded.place_key = address_place.place_key
    where
        -- In a case with all three: DuckDB would else begin with every head and every place of one number.
        case
            when address_coded.head is not null then address_head.house_number = address_place.house_number
        end
        and right(address_head.lead, length(address_place.road_name)) <> address_place.road_name

)

select * from calls
