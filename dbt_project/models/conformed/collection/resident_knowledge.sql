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
),

rules as (
    select
        {% for item in resident_item_states() %}
        max(case when attribute = '{{ item }}' then ask_disputed end) = 1 as {{ item }}_ask{{ ',' if not loop.last }}
        {% endfor %},
        max(case when attribute = 'residence_address' then stale_days end) as residence_stale_days
    from {{ ref('collected_attribute') }}
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
{% for item, (missing, disputed) in resident_item_states().items() %}
case
    when {{ missing }} then 'missing'
    {% if item == 'residence_address' %}
    when
        {{ dbt.datediff('residence.valid_from', 'person_state.as_of_date', 'day') }} > rules.residence_stale_days
        then 'stale'
    {% endif %}
    -- Of a person with a valid number of their own nothing that the number or its register says is in dispute.
    when rules.{{ item }}_ask and person.identity_number is null and {{ disputed }} then 'disputed'
    else 'known'
end as {{ item }}_state{{ ',' if not loop.last }}
{% endfor %}
from {{ ref('person_state') }} as person_state
cross join rules
inner join {{ ref('person') }} as person on person_state.person_key = person.person_key
inner join {{ ref('person_coverage') }} as coverage on person_state.person_key = coverage.person_key
left join {{ ref('residence') }} as residence
    on person_state.person_key = residence.person_key and residence.valid_to is null
left join {{ ref('household_member') }} as household_member on person_state.person_key = household_member.person_key
left join provided on person_state.address_code = provided.address_code
where person_state.placement = 'grid'
