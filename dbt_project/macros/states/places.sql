{#- Dwellings and enterprises on a day, for …_state and …_change alike. -#}

{#- Dwellings at the `moments` (keys, address_code), from the CTEs residents, tenancies and visits (keys, address_code and what
    they count). `dwelling`: how a model that goes by change imports it. -#}
{% macro dwelling_states(moments, keys, dwelling=none) -%}
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
        inner join {{ dwelling or ref('dwelling') }} as dwelling on moment.address_code = dwelling.address_code
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
