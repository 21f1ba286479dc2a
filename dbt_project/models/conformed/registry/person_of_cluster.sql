-- Grain: one row per cluster (人员归集): whose it is, whether the key is new or held before.
{{ config(materialized='compared') }}

select
    cluster_id,
    person_key
from {{ ref('person_key') }}
