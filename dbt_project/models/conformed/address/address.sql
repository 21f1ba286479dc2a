{{ config(materialized="by_change", key="text_key", dictionary=true) }}

with

address_text as (

    select * from {{ ref('address_text') }}

),

address_ending as (

    select * from {{ ref('address_ending') }}

),

parsed as (

    select
        address_text.text_key,
        address_text.normalized_text,
        substr(
            address_text.normalized_text, 1, length(address_text.normalized_text) - length(address_ending.tail)
        ) as before_tail,
        address_ending.is_house_number_like,
        address_ending.building_number,
        address_ending.unit_number,
        address_ending.floor_number,
        address_ending.room_number
    from address_text
    inner join address_ending on address_text.ending = address_ending.ending

),

judged as (

    select
        *,
        -- 前进大道146号: what ends a road is its number, not a room.
        case
            when is_house_number_like then {{ text_matches('before_tail', '[路街道巷弄里胡同村组队线]$') }} else false
        end as ends_in_house_number
    from parsed

)

select
    text_key,
    case
        when ends_in_house_number then normalized_text
        when right(before_tail, 1) in ('-', '#') then trim(trailing '-#' from before_tail)
        else before_tail
    end as head,
    building_number,
    unit_number,
    floor_number,
    case when ends_in_house_number then '' else room_number end as room_number,
    case
        when ends_in_house_number then ''
        else replace(building_number || unit_number || room_number, '?', '')
    end as tail_digits
from judged
