-- Grain: one row per row that a residence stands on where the last visit found the dwelling vacant (登记有人而实际空置).
{{ config(materialized='ephemeral') }}

select
    evidence_key,
    person_key,
    address_code,
    'address' as attribute,
    visit_key as other_key,
    'house_status' as other_attribute
from {{ ref('home_in_doubt') }}
where is_found_vacant
