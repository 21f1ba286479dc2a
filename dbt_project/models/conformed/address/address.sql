with

texts as (

    select distinct address_text from {{ ref('address_evidence') }} where address_text is not null

),

normalized as (

    select address_text, {{ normalize_address('address_text') }} as normalized_text from texts

),

tailed as (

    select
        *,
        {{ text_groups('normalized_text', address_tail_pattern(), address_tail_groups()) }} as found
    from normalized

),

split as (

    select
        address_text,
        normalized_text,
        found.tail as tail,
        found.building || found.building_dashed || found.storey_building as building_text,
        found.unit || found.unit_dashed || found.storey_unit as unit_text,
        found.floor as floor_text,
        found.room || found.room_numeral as room_text,
        -- 前进大道146号: what ends a road is its number, not a room.
        (
            found.tail = found.room || '号'
            and {{ text_matches("substr(normalized_text, 1, length(normalized_text) - length(found.tail))", '[路街道巷弄里胡同村组队线]$') }}
        ) as ends_in_road_number
    from tailed

),

numbered as (

    select
        address_text,
        normalized_text,
        case
            when ends_in_road_number then normalized_text
            else rtrim(substr(normalized_text, 1, length(normalized_text) - length(tail)), '-#')
        end as head,
        {{ address_number('building_text') }} as building_number,
        {{ address_number('unit_text') }} as unit_number,
        {{ address_number('floor_text') }} as floor_number,
        case when ends_in_road_number then '' else {{ address_number('room_text') }} end as room_number,
        {{ text_replace('tail', '[^0-9]', '') }} as tail_digits
    from split

)

select
    address_text,
    normalized_text,
    head,
    building_number,
    unit_number,
    floor_number,
    -- 7楼02室 is room 702.
    case
        when floor_number <> '' and length(room_number) in (1, 2) then floor_number || lpad(room_number, 2, '0')
        else room_number
    end as room_number,
    tail_digits
from numbered
