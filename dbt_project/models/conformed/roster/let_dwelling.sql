-- Grain: one row per as_of_date and let dwelling (出租房屋), with the tenancy in force that began last, without what names
-- its people.
{{ config(materialized='ephemeral') }}

with in_force as (
    select
        as_of.as_of_date,
        tenancy.*,
        row_number() over (
            partition by as_of.as_of_date, tenancy.address_code
            order by tenancy.start_date desc nulls last, tenancy.tenancy_key asc nulls last
        ) as recency
    from {{ ref('as_of') }} as as_of
    inner join {{ ref('tenancy') }} as tenancy
        on
            not tenancy.is_ended
            and coalesce(tenancy.start_date <= as_of.as_of_date, true)
            and coalesce(tenancy.end_date >= as_of.as_of_date, true)
    where tenancy.address_code is not null
)

select
    dwelling_state.as_of_date,
    dwelling_state.grid_code,
    dwelling_state.address_code,
    dwelling_state.floor_area,
    in_force.landlord_person_key,
    in_force.person_key as tenant_person_key,
    in_force.start_date,
    in_force.end_date,
    dwelling_state.contract_occupants,
    dwelling_state.residents,
    dwelling_state.is_suspected_group_letting
from {{ ref('dwelling_state') }} as dwelling_state
inner join in_force
    on
        dwelling_state.address_code = in_force.address_code
        and dwelling_state.as_of_date = in_force.as_of_date
where dwelling_state.is_let and in_force.recency = 1
