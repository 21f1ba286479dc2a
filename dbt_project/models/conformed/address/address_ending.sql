{{ config(materialized="ephemeral") }}

with

address_text as (

    select * from {{ ref('address_text') }}

),

-- Thirty texts share an ending (2栋1单元301房): only its distinct forms are parsed.
endings as (

    select distinct ending from address_text

),

grouped as (

    select
        ending,
        {{ text_groups('ending', address_tail_pattern(), address_tail_groups()) }} as found
    from endings

),

split as (

    select
        ending,
        found.tail as tail,
        found.tail = found.room and found.room like '%号' as is_house_number_like,
        {{ address_token('found.building', '号楼栋幢座#-') }}
        || {{ address_token('found.storey_building', '号楼-') }} as building_text,
        case
            -- 2--302: two dashes with nothing between them.
            when found.unit = '' and found.building like '%--' then '?'
            else {{ address_token('found.unit', '单元门梯-') }} || {{ address_token('found.storey_unit', '单元门梯-') }}
        end as unit_text,
        {{ address_token('found.floor', '层楼F-') }} as floor_text,
        case
            when found.room like '%-%' or found.room like '%之%' then {{ text_replace('found.room', '[-之].*$', '') }}
            else {{ address_token('found.room', '号房室间内户#') }}
        end as room_text
    from grouped

),

numbered as (

    select
        ending,
        tail,
        is_house_number_like,
        {{ address_number('building_text') }} as building_number,
        {{ address_number('unit_text') }} as unit_number,
        {{ address_number('floor_text') }} as floor_number,
        {{ address_number('room_text') }} as room_number
    from split

)

select
    ending,
    tail,
    is_house_number_like,
    -- 3楼404房 is building 3, whose word lost its 号: storey 3 has no room 404.
    case
        when
            building_number = ''
            and length(room_number) > 2
            and left(room_number, length(room_number) - 2) <> floor_number
            then floor_number
        else building_number
    end as building_number,
    unit_number,
    floor_number,
    -- 7楼02室 is room 702.
    case
        when floor_number <> '' and length(room_number) in (1, 2) then floor_number || lpad(room_number, 2, '0')
        else room_number
    end as room_number
from numbered
