-- Grain: one row per as_of_date and dwelling of the register: who lives there, is it let, when was it last visited.
with residents as (
    select
        as_of_date,
        address_code,
        count(*) as residents
    from {{ ref('person_state') }}
    where address_code is not null
    group by as_of_date, address_code
),

tenancies as (
    select
        as_of.as_of_date,
        tenancy.address_code,
        count(*) as tenancies,
        cast(sum(tenancy.occupants) as bigint) as contract_occupants
    from {{ ref('as_of') }} as as_of
    inner join {{ ref('tenancy') }} as tenancy
        on
            not tenancy.is_ended
            and coalesce(tenancy.start_date <= as_of.as_of_date, true)
            and coalesce(tenancy.end_date >= as_of.as_of_date, true)
    where tenancy.address_code is not null
    group by as_of.as_of_date, tenancy.address_code
),

states as (
    select
        as_of.as_of_date,
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
        coalesce({{ within_last('visit.visited_on', 'as_of.as_of_date', 'visit_window_days') }}, false) as is_visited
    from {{ ref('as_of') }} as as_of
    cross join {{ ref('dwelling') }} as dwelling
    left join {{ ref('grid') }} as grid on dwelling.grid_code = grid.grid_code
    left join residents
        on dwelling.address_code = residents.address_code and as_of.as_of_date = residents.as_of_date
    left join tenancies
        on dwelling.address_code = tenancies.address_code and as_of.as_of_date = tenancies.as_of_date
    left join {{ ref('last_visit') }} as visit
        on dwelling.address_code = visit.address_code and as_of.as_of_date = visit.as_of_date
    left join {{ ref('category_meaning') }} as house_use
        on dwelling.house_use = house_use.code and house_use.code_set = 'house_use'
    left join {{ ref('category_meaning') }} as ownership
        on dwelling.ownership_kind = ownership.code and ownership.code_set = 'ownership_kind'
)

select
    states.*,
    states.tenancies > 0 as is_let,
    states.residents = 0 and states.tenancies = 0 as is_vacant,
    {{ group_letting('states', 'rule') }} as is_suspected_group_letting
from states
left join {{ ref('grid_letting_rule') }} as rule on states.grid_code = rule.grid_code
