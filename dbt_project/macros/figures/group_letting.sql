{#- Is a let dwelling suspected of group letting (疑似群租)? `dwelling` and `rule` are aliases in the query.
    A limit of 0 in the rule table is no limit. People are those known to live there or those the tenancies name, whichever
    are more. -#}
{% macro group_letting(dwelling, rule) -%}
    {%- set people = 'greatest(' ~ dwelling ~ '.residents, ' ~ dwelling ~ '.contract_occupants)' -%}
    {%- set rooms = 'greatest(1, floor(' ~ dwelling ~ '.floor_area / nullif(' ~ rule ~ '.floor_area_per_room, 0)))' -%}
    {{ dwelling }}.tenancies > 0
    and (
        coalesce(
            {{ people }} >= {{ rule }}.people_from
            and {{ dwelling }}.floor_area > 0
            and {{ dwelling }}.floor_area < {{ rule }}.minimum_area_per_person * {{ people }},
            false
        )
        or coalesce({{ rule }}.maximum_people > 0 and {{ people }} > {{ rule }}.maximum_people, false)
        or coalesce(
            {{ rule }}.maximum_people_per_room > 0
            and {{ dwelling }}.floor_area > 0
            and {{ rule }}.floor_area_per_room > 0
            and {{ people }} > {{ rule }}.maximum_people_per_room * {{ rooms }},
            false
        )
    )
{%- endmacro %}
