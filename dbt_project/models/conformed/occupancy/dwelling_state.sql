-- Grain: one row per as_of_date and dwelling of the register: who lives there, is it let, when was it last visited.
{{ config(materialized='view') }}

select
    as_of.as_of_date,
    dwelling_now.*
from {{ ref('as_of') }} as as_of
cross join {{ ref('dwelling_now') }} as dwelling_now
