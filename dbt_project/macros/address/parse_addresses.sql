{#- The parser of addresses of any city: a query over a relation with the columns line_number and address_text.

    One row per input row: line_number, address_text, province … rest, each a string of the text or null. Read in the order in
    which an address is written: areas, road and number, then from what remains building, unit, floor and room, marked by a
    word (栋, 单元, 层, 室) or by dashes (3-2-501), or at last a bare number. What stands before them is the compound. -#}
{% macro parse_addresses(relation) -%}
    {%- set patterns = general_patterns() -%}
with

{{ areas_of_address(relation, patterns) }},

{{ road_of_address(patterns) }},

{{ end_of_address(patterns) }}

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

{#- The first group of a pattern, '' where it does not match. -#}
{% macro text_group(x, pattern) -%}
    regexp_extract({{ x }}, '{{ pattern }}', 1)
{%- endmacro %}
