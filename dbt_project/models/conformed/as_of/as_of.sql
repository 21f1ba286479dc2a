-- Grain: one row per day that figures are computed for, for now the last delivery date; none before a first delivery.
-- Everything downstream joins on as_of_date, so that more days need no other SQL.
{{ config(materialized='compared') }}

select max(last_delivery_date) as as_of_date
from {{ ref('extract_state') }}
-- What the data centre gathers itself (replies to correction orders) says nothing of the district's day.
where department <> 'data_centre'
having max(last_delivery_date) is not null
