-- Grain: one row per as_of_date and resident of a grid (居民信息掌握情况): what is known of them, and what is to be asked.
{{ config(materialized='view') }}

select
    as_of.as_of_date,
    resident_known.*
from {{ ref('as_of') }} as as_of
cross join {{ ref('resident_known') }} as resident_known
