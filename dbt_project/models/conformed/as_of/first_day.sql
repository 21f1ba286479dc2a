-- Grain: one row: the first day that figures are told for (首日); none before a first delivery.
{{ config(materialized='compared') }}

select distinct first_day
from {{ ref('day') }}
