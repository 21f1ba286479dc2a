-- Grain: one row per cluster (人员主键分配): the key of its person.
{{ config(materialized='compared', key='cluster_id') }}

select
    cluster_id,
    person_key
from {{ ref('person_key_origin') }}
