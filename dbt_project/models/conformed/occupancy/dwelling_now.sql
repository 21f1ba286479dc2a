-- Grain: one row per dwelling of the register (房屋现状): the columns of dwelling_state, which turn with the days.
{{ config(materialized='by_change', key='address_code') }}

with

as_of as (
    select day.as_of_date
    from {{ day_turning('visited_on', ref('last_visit')) }} as day
),

residents as (
    select
        as_of.as_of_date,
        person_now.address_code,
        count(*) as residents
    from as_of
    cross join {{ by_key(ref('person_now'), 'address_code') }} as person_now
    where person_now.address_code is not null
    group by as_of.as_of_date, person_now.address_code
),

-- A tenancy that begins or ends with the days changes its row, too (is_current).
tenancies as (
    select
        as_of.as_of_date,
        tenancy.address_code,
        count(*) as tenancies,
        cast(sum(tenancy.occupants) as bigint) as contract_occupants
    from as_of
    inner join {{ by_key(ref('tenancy'), 'address_code') }} as tenancy
        on
            not tenancy.is_ended
            and coalesce(tenancy.start_date <= as_of.as_of_date, true)
            and coalesce(tenancy.end_date >= as_of.as_of_date, true)
    where tenancy.address_code is not null
    group by as_of.as_of_date, tenancy.address_code
),

visits as (
    select
        as_of.as_of_date,
        last_visit.*
    from as_of
    cross join {{ by_key(ref('last_visit'), 'address_code') }} as last_visit
),

moments as (
    select
        as_of.as_of_date,
        dwelling.address_code
    from as_of
    cross join {{ by_key(ref('dwelling'), 'address_code') }} as dwelling
),

states as (
    {{ dwelling_states('moments', ['as_of_date'], by_key(ref('dwelling'), 'address_code')) }}
)

select
    address_code,
    grid_code,
    floor_area,
    is_in_housing_register,
    house_use_meaning,
    ownership_meaning,
    residents,
    tenancies,
    contract_occupants,
    visited_on,
    house_status_meaning,
    people_living_elsewhere,
    people_living_alone,
    is_visited,
    is_let,
    is_vacant,
    is_suspected_group_letting
from states
