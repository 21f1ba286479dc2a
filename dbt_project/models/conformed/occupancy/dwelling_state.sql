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

visits as (
    select * from {{ ref('last_visit') }}
),

moments as (
    select
        as_of.as_of_date,
        dwelling.address_code
    from {{ ref('as_of') }} as as_of
    cross join {{ ref('dwelling') }} as dwelling
)

{{ dwelling_states('moments', ['as_of_date']) }}
