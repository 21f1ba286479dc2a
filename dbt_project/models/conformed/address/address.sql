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
        -- ? stands for a number that was lost from before its word: 栋2单元301, 3栋单元301, 2--302.
        case
            when {{ text_matches('found.tail', '^(号楼|栋|幢)') }} then '?'
            else found.building || found.building_dashed || found.storey_building
        end as building_text,
        case
            when found.unit || found.unit_dashed || found.storey_unit <> '' then found.unit || found.unit_dashed || found.storey_unit
            when {{ text_matches('found.tail', '单元|--') }} then '?'
            else ''
        end as unit_text,
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
        case when floor_text <> '' then {{ address_number('floor_text') }} else '' end as floor_number,
        case when ends_in_road_number then '' else {{ address_number('room_text') }} end as room_number
    from split

),

-- 7楼02室 is room 702.
roomed as (

    select
        address_text,
        normalized_text,
        head,
        -- 3楼404房 is building 3, whose word lost its 号: storey 3 has no room 404.
        case
            when building_number = '' and length(room_number) > 2 and left(room_number, length(room_number) - 2) <> floor_number
            then floor_number
            else building_number
        end as building_number,
        unit_number,
        floor_number,
        case
            when floor_number <> '' and length(room_number) in (1, 2) then floor_number || lpad(room_number, 2, '0')
            else room_number
        end as room_number
    from numbered

)

select
    *,
    replace(building_number || unit_number || room_number, '?', '') as tail_digits
from roomed
