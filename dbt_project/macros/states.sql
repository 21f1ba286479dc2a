{#- The state of things on a day, once for the last day (…_state) and once for what changes within the days (…_change). -#}

{#- Where people live, where they are registered and how old they are. `people` has the keys (the first is the day), person_key,
    sex, birth_date, died_on, address_code, grid_code, has_home, is_deceased, is_registered, registered_grid_code and
    registered_area_code. -#}
{% macro person_states(people, keys) -%}
    {%- set levels = ['grid', 'community', 'street', 'district'] -%}
    select
        {% for key in keys %}{{ key }},
        {% endfor -%}
        person_key,
        case
            when is_deceased then 'deceased'
            when not has_home then 'elsewhere'
            when grid_code is null then 'unknown_grid'
            else 'grid'
        end as placement,
        case when has_home and not is_deceased then address_code end as address_code,
        case when has_home and not is_deceased then grid_code end as grid_code,
        sex,
        -- An age below 0 or above 130 says that the birth date is wrong, not how old somebody is.
        case when age between 0 and 130 then cast(age as integer) end as age,
        is_registered and not is_deceased as is_registered,
        case
            when is_registered then 'registered'
            when is_known_elsewhere then 'floating'
            else 'unknown'
        end as registration,
        registered_grid_code,
        -- Separation (人户分离) by level; of somebody who lives in an unknown grid nothing is claimed.
        {% for level in levels %}
        is_registered
        and not is_deceased
        and (not has_home or coalesce({{ level }}_code <> registered_{{ level }}_code, false))
            as is_separated_from_{{ level }},
        {% endfor %}
        coalesce({{ within_last('birth_date', keys[0], 'recent_days') }}, false) as is_newborn,
        is_deceased and coalesce({{ within_last('died_on', keys[0], 'recent_days') }}, false) as died_recently
    from (
        select
            {% for column in keys + ['person_key', 'sex', 'birth_date', 'died_on', 'address_code', 'has_home', 'is_deceased', 'is_registered'] %}
            {{ people }}.{{ column }},
            {% endfor %}
            {% for level in levels %}
            home_grid.{{ level }}_code,
            registered_grid.{{ level }}_code as registered_{{ level }}_code,
            {% endfor %}
            register.is_delivered
            or ({{ people }}.registered_area_code is not null and district.district_code is null) as is_known_elsewhere,
            {{ full_years(people ~ '.birth_date', people ~ '.' ~ keys[0]) }} as age
        from {{ people }}
        -- Without a household register nobody can be told to be registered elsewhere by being absent from it.
        cross join (
            select max(case when is_registered then 1 else 0 end) = 1 as is_delivered from {{ ref('person') }}
        ) as register
        left join {{ ref('grid') }} as home_grid on {{ people }}.grid_code = home_grid.grid_code
        left join {{ ref('grid') }} as registered_grid on {{ people }}.registered_grid_code = registered_grid.grid_code
        left join (select distinct district_code from {{ ref('grid') }}) as district
            on substr({{ people }}.registered_area_code, 1, 6) = district.district_code
    ) as placed
{%- endmacro %}

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
    group by {{ keys | join(', ') }}, household_key
    -- Nobody is taken to live alone only because the dwelling that they share is not decided.
    having count(*) > 1 or min(address_code) is not null
{%- endmacro %}
