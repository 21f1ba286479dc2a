-- Grain: one row per name of somebody with a valid number (姓名人数): how many bear it.
{{ config(materialized='by_change', key='name') }}

select
    name,
    count(*) as bearers
from {{ by_key(ref('number_owner'), 'name') }}
group by name
