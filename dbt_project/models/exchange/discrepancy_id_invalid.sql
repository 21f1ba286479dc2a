-- Grain: one row per statement whose identity number fails its check or cannot be read (证件号码无效).
{{ config(materialized='ephemeral') }}

with

found as (
    select
        evidence_key,
        person_key,
        'identity_number' as attribute,
        own_key as other_key,
        'identity_number' as other_attribute
    from {{ ref('number_in_doubt') }}
    where spoilt_number is not null
)

{{ discrepancies_of_statements('found') }}
