-- Grain: one row per combination of extracts whose rows place somebody at a dwelling (房屋覆盖组合).
{{ config(materialized='ephemeral') }}

with dwelling as (
    select
        address_code,
        bit_or(extract_bit) as extracts
    from {{ ref('person_statement') }}
    where address_code is not null
    group by address_code
)

select
    extracts,
    count(*) as dwellings
from dwelling
group by extracts
