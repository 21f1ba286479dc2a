{#- The second part of parse_addresses: road and number in the remainder behind the areas, and the tail (the CTE road_found). -#}
{% macro road_of_address(patterns) -%}
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

)
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
