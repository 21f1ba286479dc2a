-- Grain: one row per combination of extracts whose rows place somebody at a dwelling (房屋覆盖组合).
{{ config(materialized='ephemeral') }}

select
    extracts,
    count(*) as dwellings
from {{ ref('dwelling_coverage') }}
group by extracts
