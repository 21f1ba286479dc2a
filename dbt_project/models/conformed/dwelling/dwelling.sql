{{ config(materialized="by_change", key="address_code") }}

with

dwelling_register as (

    select * from {{ by_key(ref('dwelling_register'), 'address_code') }}

),

housing_units as (

    select *
    from {{ through(
        ref('stg_housing__housing_units'), 'row_key', 'evidence_key', ref('dwelling_of_row')
    ) }}

),

dwelling_of_row as (

    select *
    from {{ by_key(ref('dwelling_of_row'), 'address_code') }}
    where extract = 'housing.housing_units' and address_code is not null

),

-- Of several houses that mean one dwelling, the last updated speaks for it.
linked as (

    select
        dwelling_of_row.address_code,
        housing_units.*,
        row_number() over (
            partition by dwelling_of_row.address_code
            order by
                housing_units.updated_on desc nulls last,
                housing_units.house_code asc nulls last,
                housing_units.row_key desc
        ) as recency
    from dwelling_of_row
    inner join housing_units
        on dwelling_of_row.evidence_key = housing_units.row_key

)

select
    dwelling_register.address_code,
    dwelling_register.building_key,
    dwelling_register.grid_code,
    dwelling_register.community_code,
    dwelling_register.street_code,
    dwelling_register.compound,
    dwelling_register.road,
    dwelling_register.road_number,
    dwelling_register.building,
    dwelling_register.unit,
    dwelling_register.room,
    dwelling_register.standard_address,
    dwelling_register.longitude,
    dwelling_register.latitude,
    linked.house_code,
    linked.floor_area,
    linked.house_use,
    linked.built_year,
    linked.ownership_kind
from dwelling_register
left join linked on dwelling_register.address_code = linked.address_code and linked.recency = 1
