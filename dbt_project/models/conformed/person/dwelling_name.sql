-- Grain: one row per dwelling and name of somebody named there (同址姓名).
{{ config(materialized='by_change', key='address_code') }}

with

person_statement as (
    select * from {{ by_key(ref('person_statement'), 'address_code') }}
),

named as (
    select distinct
        address_code,
        name
    from person_statement
    where address_code is not null and name is not null and meaning <> 'premises'
),

counted as (
    select
        address_code,
        name,
        count(*) over (partition by address_code) as names
    from named
)

select
    address_code,
    name
from counted
where names <= {{ rule('link_largest_dwelling') }}
