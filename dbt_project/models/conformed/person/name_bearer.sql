-- Grain: one row per name of somebody with a valid number (姓名人数): how many bear it.
{{ config(materialized='ephemeral') }}

select
    name,
    count(*) as bearers,
    cast(count(*) as double) / sum(count(*)) over () as tf_name
from {{ ref('number_owner') }}
group by name
