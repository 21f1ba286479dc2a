-- Grain: one row per as_of_date and person known by then (人员状态): where they live and are registered, and their age.
{{ config(materialized='view') }}

select
    as_of.as_of_date,
    person_now.*
from {{ ref('as_of') }} as as_of
cross join {{ ref('person_now') }} as person_now
