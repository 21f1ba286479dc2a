-- Grain: one row per resident of a grid (居民信息现状): the columns of resident_knowledge; old news goes stale with the days.
{{ config(materialized='by_change', key='person_key') }}

select
    person_now.person_key,
    person_now.address_code,
    person_now.grid_code,
    person_now.age,
    person_now.registration,
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
        {{ dbt.datediff('residence.valid_from', 'as_of.as_of_date', 'day') }} > rule.stale_days
        then 'stale'
    {% endif %}
    else 'known'
end as {{ item }}_state{{ ',' if not loop.last }}
{% endfor %}
from {{ day_turning('valid_from', ref('residence'), turn='stale_since') }} as as_of
cross join {{ by_key(ref('person_now'), 'person_key') }} as person_now
left join {{ ref('collected_attribute') }} as rule on rule.attribute = 'residence_address'
inner join {{ by_key(ref('person'), 'person_key') }} as person on person_now.person_key = person.person_key
inner join {{ by_key(ref('person_coverage'), 'person_key') }} as coverage
    on person_now.person_key = coverage.person_key
left join {{ by_key(ref('residence'), 'person_key') }} as residence
    on person_now.person_key = residence.person_key and residence.valid_to is null
left join {{ by_key(ref('household_member'), 'person_key') }} as household_member
    on person_now.person_key = household_member.person_key
-- A home that somebody who lives there owns or rents stands for all who live there.
left join {{ through(ref('provided_home'), 'address_code', 'address_code', ref('person_now')) }} as provided
    on person_now.address_code = provided.address_code
where person_now.placement = 'grid'
