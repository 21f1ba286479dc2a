{#- People on a day, once for the last day (…_state) and once for what changes within the days (…_change). -#}

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
        cross join {{ ref('registration_known') }} as register
        left join {{ ref('grid') }} as home_grid on {{ people }}.grid_code = home_grid.grid_code
        left join {{ ref('grid') }} as registered_grid on {{ people }}.registered_grid_code = registered_grid.grid_code
        left join (select distinct district_code from {{ ref('grid') }}) as district
            on substr({{ people }}.registered_area_code, 1, 6) = district.district_code
    ) as placed
{%- endmacro %}

{#- Party members at the moments of `people` (shaped as person_state): those who live in a grid. -#}
{% macro party_member_states(people, keys) -%}
    select
        {% for key in keys %}people.{{ key }},
        {% endfor -%}
        party_membership.person_key,
        people.grid_code,
        party_membership.party_branch,
        party_membership.category_meaning,
        people.age,
        people.registration = 'floating' as is_floating,
        -- The party office writes them down in a grid in which they do not live.
        coalesce(party_membership.grid_code <> people.grid_code, false) as is_written_elsewhere,
        coalesce(
            {{ dbt.datediff('party_membership.joined_on', 'people.' ~ keys[0], 'day') }} between 0 and 364, false
        ) as joined_last_year
    from {{ ref('party_membership') }} as party_membership
    inner join {{ people }} as people on party_membership.person_key = people.person_key
    where people.placement = 'grid'
{%- endmacro %}
