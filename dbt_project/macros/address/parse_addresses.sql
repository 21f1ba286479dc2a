{#- The parser of addresses of any city: a query over a relation with the columns line_number and address_text.

    One row per input row: line_number, address_text, province … rest, each a string of the text or null. Read in the order in
    which an address is written: areas, road and number, then from what remains building, unit, floor and room, marked by a
    word (栋, 单元, 层, 室) or by dashes (3-2-501), or at last a bare number. What stands before them is the compound. -#}
{% macro parse_addresses(relation) -%}
    {%- set patterns = general_patterns() -%}
    {%- set area_groups = ['province', 'city', 'district', 'town', 'community', 'remainder'] -%}
    {%- set end_groups = [
        'before', 'b1', 'u1', 'r1', 'b2', 'u2', 'f2', 'b3', 'u3', 'u3n', 'f3', 'r3', 'b4', 'u4', 'f4', 'r4', 'u5', 'f5', 'r5',
        'f6', 'u6', 'r6', 'bl', 'rl', 'b7', 'u7', 'b8', 'r8', 'ba', 'ua', 'ra', 'b9', 'f9', 'r9', 'r10', 'rest'
    ] -%}
with

read_once as (

    select line_number, address_text, {{ text_groups('shielded', patterns.areas, area_groups) }} as a
    from (select line_number, address_text, {{ shield_words('address_text') }} as shielded from {{ relation }}) as texts_shielded

),

-- Forms write the areas twice (浙江省温州市null浙江温州市瓯海区): the second reading counts where it finds any.
read_twice as (

    select *, {{ text_groups('a.remainder', patterns.areas, area_groups) }} as b
    from read_once

),

areas_read as (

    select
        line_number,
        address_text,
        a.province as province,
        coalesce(nullif(b.city, ''), a.city) as city,
        coalesce(nullif(b.district, ''), a.district) as district,
        coalesce(nullif(b.town, ''), a.town) as town,
        coalesce(nullif(b.community, ''), a.community) as community,
        case when b.city || b.district || b.town || b.community <> '' then b.remainder else a.remainder end as remainder
    from read_twice

),

-- 北京西路, 中关村南大街: what was read as an area is the beginning of a road's name.
area as (

    select
        line_number,
        address_text,
        case when is_cut and city || district || town || community = '' then '' else province end as province,
        city,
        district,
        town,
        case when is_cut then '' else community end as community,
        case
            when is_cut and community <> '' then community || remainder
            when is_cut and city || district || town = '' then province || remainder
            else remainder
        end as remainder
    from (
        select *, {{ text_matches('remainder', '^([东西南北中]?[一二三四]?(路|街|道)|[东西南北中]?大[街道])[^办]') }} as is_cut
        from areas_read
    ) as looked_at

),

roads as (

    select
        *,
        {{ text_groups('remainder', patterns.road_with_number, ['place', 'road_after', 'road', 'number', 'after']) }} as w,
        {{ text_groups('remainder', patterns.road_alone, ['place', 'road_after', 'road', 'number', 'after', 'after_road']) }} as s,
        {{ text_groups('remainder', patterns.number_alone, ['number', 'after']) }} as n
    from area

),

-- 北街47-10号 and no more: house 10 of number 47 (59 to 13), but 北街47-55号 is a row of numbers and 北街16-1号351室 one number.
pairs as (

    select
        *,
        case
            when case when w.number <> '' then w.after else s.after || s.after_road end = '' and w.number || s.number <> ''
            then {{ text_groups("case when w.number <> '' then w.number else s.number end", patterns.number_pair, ['number', 'building']) }}
        end as read_pair
    from roads

),

road_found as (

    select
        *,
        case when w.number <> '' then w.place else s.place end as place,
        -- 镇环城西路: the end of an area's name that was cut before its last character.
        {{ text_replace('case when w.number <> \'\' then w.road_after || w.road else s.road_after || s.road end', '^[镇区县]([^前中府][一-龥]{2})|^[一-龥]{2,8}?([0-9０-９一二三四五六七八九十]+组|[0-9０-９]+号(?:大街|路|街))$', '{1}{2}') }} as road,
        case
            when is_pair then read_pair.number
            when w.number <> '' then w.number
            when s.road_after || s.road <> '' then s.number
            else n.number
        end as road_number,
        coalesce(case when is_pair then read_pair.building end, '') as paired_building,
        case
            when w.number <> '' then w.after
            when s.road_after || s.road <> '' then s.after || s.after_road
            when n.number <> '' then n.after
            else remainder
        end as tail
    from (
        select
            *,
            read_pair.number <> '' and coalesce(
                try_cast(rtrim(read_pair.building, '号') as integer) - try_cast(read_pair.number as integer), 0
            ) not between 1 and 60 as is_pair
        from pairs
    ) as pairs_judged

),

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

select
    line_number,
    address_text,
    {%- for part in ['province', 'city', 'district', 'town', 'community'] %}
    {{ address_part(part) }} as {{ part }},
    {%- endfor %}
    {{ address_part(road_core(text_replace('road', '^([^路街道巷弄]{2,6}(路|街|大道))[^东西南北中口路街道桥].{0,6}(路|街|巷|弄|道)$', '{1}'))) }} as road,
    {{ address_part("case
        when road_number <> '' then road_number
        when loose_role = 'road_number' then loose_number
        else ''
    end") }} as road_number,
    {{ address_part("coalesce(nullif(case when i.number = '' then before when i.compound <> '' then i.compound else i.after end, ''), place)") }} as compound,
    {{ address_part("case
        when building_found <> '' then building_found
        when paired_building <> '' then paired_building
        when loose_role = 'building' then loose_number
        else ''
    end") }} as building,
    {{ address_part('unit') }} as unit,
    {{ address_part('floor') }} as floor,
    {{ address_part("case
        when room_read = '' and loose_role = 'room' then loose_number
        when room_read = '' and floor || building_found <> '' then " ~ text_group('rest', patterns.room_at_end) ~ "
        else room_read
    end") }} as room,
    {{ address_part('rest') }} as rest
from numbered
{%- endmacro %}

{#- A part as it is answered: without the separators around it, null where it is empty. -#}
{% macro address_part(x) -%}
    nullif(trim({{ unshield(x) }}, '{{ " _-－,，、\u3000" }}'), '')
{%- endmacro %}

{#- The road's own name where a village or a compound without a word of its own was read with it (余杭乔司鑫业路): a name of
    four characters or more before the road word, 东西南北中 and numerals next to it not counted, is cut to its last two. -#}
{% macro road_core(road) -%}
    {%- set own = "length(" ~ road ~ ") - case when " ~ text_matches(road, '(大道|大街|公路|胡同)$') ~ " then 2 else 1 end
            - case when " ~ text_matches(road, '[东西南北中内外支横一二三四五六七八九十](路|街|大道|大街|巷|弄)$') ~ " then 1 else 0 end" -%}
    case
        when length({{ road }}) > 4 and {{ text_matches(road, '^[一-龥]+(路|街|巷|弄|道)$') }} and {{ own }} > 3
        then right({{ road }}, length({{ road }}) - ({{ own }}) + 2)
        else {{ road }}
    end
{%- endmacro %}

{#- The first group of a pattern, '' where it does not match. -#}
{% macro text_group(x, pattern) -%}
    regexp_extract({{ x }}, '{{ pattern }}', 1)
{%- endmacro %}
