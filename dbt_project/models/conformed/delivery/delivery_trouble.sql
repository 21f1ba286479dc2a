-- Grain: one row per extract that could not be pulled at the last try (采集故障).
{{ config(materialized='ephemeral') }}

select
    extract,
    trouble,
    trouble_since
from {{ ref('stg_deliveries__troubles') }}
