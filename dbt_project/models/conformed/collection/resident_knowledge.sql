-- Grain: one row per as_of_date and resident of a grid (居民信息掌握情况): what is known of them, and what is to be asked.
with

-- A home that somebody who lives there owns or rents stands for all who live there.
provided as (
    select distinct residence.address_code
    from {{ ref('residence') }} as residence
    inner join (
        select person_key from {{ ref('tenancy') }} where is_current
        union all
        select person_key from {{ ref('person_coverage') }} where owns_home
    ) as provider on residence.person_key = provider.person_key
    where residence.valid_to is null and residence.address_code is not null
)

select
    person_state.as_of_date,
    person_state.person_key,
    person_state.address_code,
    person_state.grid_code,
    person_state.age,
    person_state.registration,
    cast(
        {% for condition in service_facts().values() %}
        case when {{ condition }} then {{ 2 ** loop.index0 }} else 0 end{{ ' +' if not loop.last }}
        {% endfor %} as bigint
    ) as facts,
    residence.basis as home_basis,
{% for item, missing in resident_items().items() %}
case
    when {{ missing }} then 'missing'
    {% if item == 'residence_address' %}
    when
        {{ dbt.datediff('residence.valid_from', 'person_state.as_of_date', 'day') }} > rule.stale_days
        then 'stale'
    {% endif %}
    else 'known'
end as {{ item }}_state{{ ',' if not loop.last }}
{% endfor %}
from {{ ref('person_state') }} as person_state
left join {{ ref('collected_attribute') }} as rule on rule.attribute = 'residence_address'
inner join {{ ref('person') }} as person on person_state.person_key = person.person_key
inner join {{ ref('person_coverage') }} as coverage on person_state.person_key = coverage.person_key
left join {{ ref('residence') }} as residence
    on person_state.person_key = residence.person_key and residence.valid_to is null
left join {{ ref('household_member') }} as household_member on person_state.person_key = household_member.person_key
left join provided on person_state.address_code = provided.address_code
where person_state.placement = 'grid'
