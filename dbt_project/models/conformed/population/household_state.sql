-- Grain: one row per as_of_date and household with a resident at a known dwelling, or with several residents.
{{ config(materialized='view') }}

select
    as_of.as_of_date,
    household_now.*
from {{ ref('as_of') }} as as_of
cross join {{ ref('household_now') }} as household_now
