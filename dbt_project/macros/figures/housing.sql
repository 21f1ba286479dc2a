{#- What both housing marts share: the columns that add up, and the ratios made of them. -#}

{% macro housing_counts() %}
    {{ return([
        'dwellings', 'occupied_dwellings', 'let_dwellings', 'vacant_dwellings', 'let_without_residents',
        'suspected_group_letting', 'dwellings_in_housing_register', 'dwellings_without_register', 'floor_area',
        'occupied_floor_area', 'residents', 'residents_with_floor_area', 'residents_in_let_dwellings',
        'current_tenancies', 'tenancy_occupants',
        'use_dwelling', 'use_commercial', 'use_office', 'use_industrial', 'use_storage', 'use_mixed', 'use_other',
        'kind_commodity', 'kind_privatised', 'kind_affordable', 'kind_self_built', 'kind_other',
    ]) }}
{% endmacro %}

{% macro housing_decimals() %}
    {{ return(['floor_area', 'occupied_floor_area']) }}
{% endmacro %}

{% macro housing_rates() -%}
    {{ ratio('let_dwellings', 'dwellings') }} as rental_rate,
    {{ ratio('vacant_dwellings', 'dwellings') }} as vacancy_rate,
    {{ ratio('occupied_floor_area', 'residents_with_floor_area') }} as floor_area_per_person,
    {{ ratio('residents', 'occupied_dwellings') }} as residents_per_occupied_dwelling,
    {{ ratio('residents_in_let_dwellings', 'residents') }} as renting_rate
{%- endmacro %}

{#- What is counted of dwellings (dwelling_state, dwelling_change). -#}
{% macro housing_sums() -%}
    count(*) as dwellings,
    count(case when residents > 0 then 1 end) as occupied_dwellings,
    count(case when is_let then 1 end) as let_dwellings,
    count(case when is_vacant then 1 end) as vacant_dwellings,
    count(case when is_let and residents = 0 then 1 end) as let_without_residents,
    count(case when is_suspected_group_letting then 1 end) as suspected_group_letting,
    count(case when is_in_housing_register then 1 end) as dwellings_in_housing_register,
    count(case when not is_in_housing_register then 1 end) as dwellings_without_register,
    cast(sum(floor_area) as decimal(18, 2)) as floor_area,
    cast(sum(case when residents > 0 then floor_area end) as decimal(18, 2)) as occupied_floor_area,
    cast(sum(residents) as bigint) as residents,
    cast(sum(case when floor_area > 0 then residents end) as bigint) as residents_with_floor_area,
    cast(sum(case when is_let then residents end) as bigint) as residents_in_let_dwellings,
    cast(sum(tenancies) as bigint) as current_tenancies,
    {% for use in ['dwelling', 'commercial', 'office', 'industrial', 'storage', 'mixed', 'other'] %}
    count(case when is_in_housing_register and house_use_meaning = '{{ use }}' then 1 end) as use_{{ use }},
    {% endfor %}
    {% for kind in ['commodity', 'privatised', 'affordable', 'self_built', 'other'] %}
    count(case when is_in_housing_register and ownership_meaning = '{{ kind }}' then 1 end) as kind_{{ kind }},
    {% endfor %}
    cast(sum(contract_occupants) as bigint) as tenancy_occupants
{%- endmacro %}
