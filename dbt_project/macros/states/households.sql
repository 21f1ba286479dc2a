{#- Households on a day, for …_state and …_change alike. -#}

{#- The household of a person (户): who lives in one dwelling; where that is not known, who is registered together. -#}
{% macro household_of(person_key, address_code, grid_code, household_number) -%}
    case
        when {{ address_code }} is not null then 'D' || {{ address_code }}
        when {{ household_number }} is not null and {{ grid_code }} is not null
            then 'R' || {{ household_number }} || {{ grid_code }}
        else 'P' || {{ person_key }}
    end
{%- endmacro %}

{#- Households from their `members` (keys, household_key, address_code, grid_code, age). -#}
{% macro household_states(members, keys) -%}
    -- Somebody of unknown age counts as under 60: a household is an empty nest only where every age is known.
    select
        {% for key in keys %}{{ key }},
        {% endfor -%}
        household_key,
        min(grid_code) as grid_code,
        count(*) as members,
        count(*) = 1 as is_one_person,
        count(case when age >= 60 then 1 end) = count(*) as is_empty_nest,
        count(*) = 1 and count(case when age >= 60 then 1 end) = 1 as is_living_alone_60_and_over,
        count(case when age >= 65 then 1 end) > 0 as has_65_and_over
    from {{ members }}
    group by {{ (keys + ['household_key']) | join(', ') }}
    -- Nobody is taken to live alone only because the dwelling that they share is not decided.
    having count(*) > 1 or min(address_code) is not null
{%- endmacro %}
