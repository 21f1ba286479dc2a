{#- The third part of parse_addresses: building, unit, floor and room in the tail behind the road (the CTE numbered). -#}
{% macro end_of_address(patterns) -%}
    {%- set end_groups = [
        'before', 'b1', 'u1', 'r1', 'b2', 'u2', 'f2', 'b3', 'u3', 'u3n', 'f3', 'r3', 'b4', 'u4', 'f4', 'r4', 'u5', 'f5', 'r5',
        'f6', 'u6', 'r6', 'bl', 'rl', 'b7', 'u7', 'b8', 'r8', 'ba', 'ua', 'ra', 'b9', 'f9', 'r9', 'r10', 'rest'
    ] -%}
ends as (

    select
        *,
        {{ text_groups('tail', patterns.end_marked, end_groups) }} as m,
        {{ text_groups('tail', patterns.end_bare, ['before', 'number', 'room', 'last', 'rest']) }} as e
    from road_found

),

marked as (

    select
        *,
        m.b1 || m.b2 || m.b3 || m.b4 || m.bl || m.b7 || m.b8 || m.ba || m.b9 as building_found,
        m.u1 || m.u2 || m.u3 || m.u3n || m.u4 || m.u5 || m.u6 || m.u7 || m.ua as unit_found,
        m.f2 || m.f3 || m.f4 || m.f5 || m.f6 || m.f9 as floor,
        m.r1 || m.r3 || m.r4 || m.r5 || m.r6 || m.rl || m.r8 || m.ra || m.r9 || m.r10 as room_found
    from ends

),

-- 16栋12号: what follows a building at once and has one or two digits is a unit more often than a room (58 to 21), with
-- three digits a room; 8幢61号1484室: what has a floor or a room after it is a unit.
settled as (

    select
        *,
        case when is_short then room_found when is_room then '' else unit_found end as unit,
        case when is_short then '' when is_room then unit_found else room_found end as room_settled,
        building_found || unit_found || floor || room_found <> '' as is_marked
    from (
        select
            *,
            building_found <> '' and unit_found || floor = '' and {{ text_matches('room_found', '^[0-9０-９]{1,2}号?$') }} as is_short,
            building_found <> '' and floor || room_found = '' and {{ text_matches('unit_found', '^[0-9０-９]{3}号$') }} as is_room
        from marked
    ) as looked_at

),

parted as (

    select
        *,
        case when is_marked then m.before when e.number || e.room || e.last <> '' then e.before else tail end as before,
        case when is_marked then m.rest else e.rest end as rest,
        case when is_marked then '' else e.number end as bare_number,
        case when is_marked then room_settled else e.room || e.last end as room_read
    from settled

),

inner_number as (

    select *, {{ text_groups('before', patterns.number_within, ['compound', 'number', 'after']) }} as i
    from parted

),

-- A number with 号 and no other word: of a building in a compound, of a shop in a market, else the road's or the village's.
numbered as (

    select
        *,
        case
            when loose_number = '' then ''
            when building_found <> '' then 'road_number'
            when {{ text_matches('loose_head', patterns.compound_end) }} then 'building'
            when {{ text_matches('loose_head', patterns.market_end) }} and length(loose_number) > 3 then 'room'
            when road = '' then 'road_number'
            when road_number <> '' and length(loose_number) > 4 then 'room'
            when road_number <> '' or not {{ text_matches('loose_head', patterns.village_end) }} then 'building'
            else 'road_number'
        end as loose_role
    from (
        select
            *,
            case when bare_number <> '' then bare_number else i.number end as loose_number,
            case when bare_number <> '' then before else i.compound end as loose_head
        from inner_number
    ) as with_head

)
{%- endmacro %}
