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

{#- Incidents at the `moments` (keys, the first the day, and what `on` joins to an incident of the CTE ordered by). A closed event
    was still open on the days before it was closed, and where the moments have known_from, until its closing was known. -#}
{% macro incident_states(moments, keys, on='true', closing_known='true') -%}
    {%- set day = 'moment.' ~ keys[0] -%}
    select
        {% for key in keys %}moment.{{ key }},
        {% endfor -%}
        ordered.incident_key,
        ordered.grid_code,
        ordered.main_class,
        ordered.is_closed
        and (ordered.closed_at is null or cast(ordered.closed_at as date) <= {{ day }})
        and {{ closing_known }} as is_closed,
        {{ within_last('ordered.reported_at', day, 'recent_days') }} as is_recent,
        ordered.is_closed and {{ within_last('ordered.closed_at', day, 'recent_days') }} and {{ closing_known }}
            as is_closed_recently,
        cast(ordered.deadline as date) < {{ day }} as is_past_deadline,
        ordered.closed_at <= ordered.deadline as is_on_time,
        case
            when ordered.closed_at >= ordered.reported_at
                then cast({{ dbt.datediff('ordered.reported_at', 'ordered.closed_at', 'minute') }} as bigint)
        end as closing_minutes,
        -- The same kind of event at the same dwelling again: what was closed was not solved.
        ordered.address_code is not null
        and ordered.type_code is not null
        and coalesce(
            {{ dbt.datediff('ordered.reported_before_at', 'ordered.reported_at', 'day') }}
            <= {{ figure('repeat_window_days') }},
            false
        ) as is_repeat
    from {{ moments }} as moment
    inner join ordered
        on (ordered.reported_at is null or cast(ordered.reported_at as date) <= {{ day }}) and {{ on }}
{%- endmacro %}

{#- Incidents, each with the time at which the same kind was reported from the same dwelling before. -#}
{% macro ordered_incidents() -%}
    select
        *,
        lag(reported_at) over (
            partition by address_code, type_code order by reported_at asc nulls last, incident_key asc nulls last
        ) as reported_before_at
    from {{ ref('incident') }}
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

{#- Dwellings at the `moments` (keys, address_code), from the CTEs residents, tenancies and visits (keys, address_code and what
    they count). -#}
{% macro dwelling_states(moments, keys) -%}
    {%- set cell = [] -%}
    {%- for key in keys if key not in ['valid_to', 'known_to'] %}{% do cell.append(key) %}{% endfor -%}
    select
        states.*,
        states.tenancies > 0 as is_let,
        states.residents = 0 and states.tenancies = 0 as is_vacant,
        {{ group_letting('states', 'rule') }} as is_suspected_group_letting
    from (
        select
            {% for key in keys %}moment.{{ key }},
            {% endfor -%}
            dwelling.address_code,
            grid.grid_code,
            cast(dwelling.floor_area as decimal(18, 2)) as floor_area,
            dwelling.house_code is not null as is_in_housing_register,
            coalesce(house_use.meaning, 'other') as house_use_meaning,
            coalesce(ownership.meaning, 'other') as ownership_meaning,
            coalesce(residents.residents, 0) as residents,
            coalesce(tenancies.tenancies, 0) as tenancies,
            coalesce(tenancies.contract_occupants, 0) as contract_occupants,
            visit.visited_on,
            visit.house_status_meaning,
            coalesce(visit.people_living_elsewhere, 0) as people_living_elsewhere,
            coalesce(visit.people_living_alone, 0) as people_living_alone,
            coalesce({{ within_last('visit.visited_on', 'moment.' ~ keys[0], 'visit_window_days') }}, false)
                as is_visited
        from {{ moments }} as moment
        inner join {{ ref('dwelling') }} as dwelling on moment.address_code = dwelling.address_code
        left join {{ ref('grid') }} as grid on dwelling.grid_code = grid.grid_code
        {% for relation, alias in [('residents', 'residents'), ('tenancies', 'tenancies'), ('visits', 'visit')] %}
        left join {{ relation }}{{ ' as ' ~ alias if alias != relation }}
            on moment.address_code = {{ alias }}.address_code
            {% for key in cell %}and moment.{{ key }} = {{ alias }}.{{ key }} {% endfor %}
        {% endfor %}
        left join {{ ref('category_meaning') }} as house_use
            on dwelling.house_use = house_use.code and house_use.code_set = 'house_use'
        left join {{ ref('category_meaning') }} as ownership
            on dwelling.ownership_kind = ownership.code and ownership.code_set = 'ownership_kind'
    ) as states
    left join {{ ref('grid_letting_rule') }} as rule on states.grid_code = rule.grid_code
{%- endmacro %}

{#- Enterprises at the `moments`: `on` joins a moment to an enterprise, `representative` is shaped as person_state and joined by
    `lives`. -#}
{% macro enterprise_states(moments, keys, representative, lives, on='true') -%}
    select
        {% for key in keys %}moment.{{ key }},
        {% endfor -%}
        enterprise.enterprise_key,
        dwelling_state.grid_code,
        enterprise.status_meaning,
        enterprise.industry_section,
        enterprise.employees,
        coalesce(
            {{ dbt.datediff('enterprise.established_on', 'moment.' ~ keys[0], 'day') }} between 0 and 364, false
        ) as established_last_year,
        coalesce(dwelling_state.is_in_housing_register and dwelling_state.house_use_meaning = 'dwelling', false)
            as is_at_dwelling,
        coalesce(representative.grid_code = dwelling_state.grid_code, false) as is_representative_resident
    from {{ moments }} as moment
    inner join {{ ref('enterprise') }} as enterprise
        on
            (enterprise.established_on is null or enterprise.established_on <= moment.{{ keys[0] }})
            and {{ on }}
    -- What is asked of the dwelling is the same on all days.
    left join {{ ref('dwelling_state') }} as dwelling_state on enterprise.address_code = dwelling_state.address_code
    left join {{ representative }} as representative
        on enterprise.legal_representative_person_key = representative.person_key and {{ lives }}
{%- endmacro %}
