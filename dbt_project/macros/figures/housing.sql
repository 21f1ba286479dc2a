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
