{#- The end of an address, from the building on (楼栋 单元 楼层 房号). -#}

{#- The pattern of the end: building, unit, floor and room, each there or not, in every way of writing that is known:
    1栋2单元301房, 1号楼二单元301, 1#2-301, 3-2-501, 5座1204, 2单元7楼02室. A unit word whose number was lost stands for an
    unknown number. Anchored at the end and searched from the left, so that the longest end wins: RE2 finds it by one backward
    pass (a pattern that starts with a lazy head takes six times as long). Each group is a part with its words, which
    address_token takes away: every group more costs a tenth of the time. Groups: address_tail_groups(). -#}
{% macro address_tail_pattern() -%}
    {%- set numeral = '[零〇一二两三四五六七八九十百]{1,4}' -%}
    {%- set number = '[A-Z]{0,2}[0-9]{1,4}[A-Z]?' -%}
    {%- set building = '(?:' ~ number ~ '|[A-Z]{1,2}|[甲乙丙丁戊]|[东西南北中]|' ~ numeral ~ ')(?:号楼|栋楼?|幢楼?|座楼?|#楼?)-?|(?:号楼|栋|幢)-?'
        ~ '|(?:' ~ number ~ '|[A-Z]|' ~ numeral ~ ')--?' -%}
    {%- set unit_number = '(?:[0-9]{1,2}|[A-Z]|[甲乙丙丁]|' ~ numeral ~ ')' -%}
    {%- set unit = unit_number ~ '(?:单元|门|梯|单|元)-?|单元-?|(?:[0-9]{1,2}|[A-Z]|' ~ numeral ~ ')-' -%}
    {%- set storey_like = '([0-9]{1,3}[号楼]-?)(' ~ unit_number ~ '(?:单元|门|梯|单|元)-?)' -%}
    {%- set floor = '(?:[0-9]{1,2}|' ~ numeral ~ ')[层楼F]-?' -%}
    {%- set room_word = '(?:号房|号室|房间|内室|房|室|号|户|内|#)' -%}
    {%- set room = '[A-Z]{0,2}[0-9]{1,6}[A-Z]?(?:-[0-9A-Z]{1,2}|之[0-9一二三四五六七八九])?' ~ room_word ~ '?|(?:' ~ numeral ~ '|[A-Z])' ~ room_word -%}
    ((?:{{ storey_like }}|({{ building }})?({{ unit }})?)({{ floor }})?({{ room }})?)$
{%- endmacro %}

{#- The pattern of all that the pattern above can match and perhaps more: the longest ending of its characters only. It costs a
    fifteenth of it, and few endings are distinct. -#}
{% macro address_ending_pattern() -%}
    [A-Z0-9#号楼栋幢座单元门梯层室房间户内之零〇一二两三四五六七八九十百甲乙丙丁戊东西南北中-]*$
{%- endmacro %}

{#- Names of the groups of address_tail_pattern, in its order. -#}
{% macro address_tail_groups() -%}
    {{ return(['tail', 'storey_building', 'storey_unit', 'building', 'unit', 'floor', 'room']) }}
{%- endmacro %}

{#- A part of the end without its words (1号楼 → 1, 二单元 → 二, 501室 → 501, 501-2 and 501之一 → 501); ? where only the word is
    left of it. -#}
{% macro address_token(x, words) -%}
    {%- set plain = "trim(trailing '" ~ words ~ "' from " ~ x ~ ")" -%}
    case
        when {{ x }} = '' then ''
        when {{ plain }} = '' then '?'
        else {{ plain }}
    end
{%- endmacro %}

{#- A structure of the pattern's groups found in the text, '' for one that is not there. -#}
{% macro text_groups(x, pattern, groups) -%}
    {{ return(adapter.dispatch('text_groups')(x, pattern, groups)) }}
{%- endmacro %}

{% macro default__text_groups(x, pattern, groups) -%}
    named_struct({% for group in groups %}'{{ group }}', regexp_extract({{ x }}, '{{ pattern }}', {{ loop.index }}){{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{% macro duckdb__text_groups(x, pattern, groups) -%}
    regexp_extract({{ x }}, '{{ pattern }}', [{% for group in groups %}'{{ group }}'{{ ', ' if not loop.last }}{% endfor %}])
{%- endmacro %}

{#- The first match of a pattern in a text, '' where there is none. -#}
{% macro first_match(x, pattern) -%}
    {{ return(adapter.dispatch('first_match')(x, pattern)) }}
{%- endmacro %}

{% macro default__first_match(x, pattern) -%}
    regexp_extract({{ x }}, '{{ pattern }}', 0)
{%- endmacro %}

{% macro duckdb__first_match(x, pattern) -%}
    regexp_extract({{ x }}, '{{ pattern }}')
{%- endmacro %}
