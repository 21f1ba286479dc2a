-- Grain: one row per combination of extracts that name a person, by number and by linking (人员覆盖组合).
{{ config(materialized='ephemeral') }}

select
    extracts,
    number_extracts,
    linked_extracts,
    count(*) as people
from {{ ref('person_coverage') }}
group by extracts, number_extracts, linked_extracts
