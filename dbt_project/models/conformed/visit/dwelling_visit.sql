-- Grain: one row per visit to a dwelling; its rows (one a person met or named) are counted, not kept.
{{ config(materialized='by_change', key='visit_id') }}
{% set delivered = ref('stg_community__household_visits') %}

with visits as (
    select
        coalesce(visits.visit_id, visits.record_key) as visit_id,
        dwelling_of_row.address_code,
        visits.visited_at,
        visits.house_status,
        visits.occupants,
        visits.resident_name,
        visits.lives_here,
        visits.living_alone,
        visits.row_key
    from {{ by_key(delivered, 'coalesce(visit_id, record_key)') }} as visits
    left join
        {{ through(ref('dwelling_of_row'), 'evidence_key', 'row_key', delivered, 'coalesce(visit_id, record_key)') }}
            as dwelling_of_row
        on visits.row_key = dwelling_of_row.evidence_key and dwelling_of_row.extract = 'community.household_visits'
)

-- The rows of one visit repeat its day, address and state; where they disagree the greatest value stands for all.
select
    visits.visit_id,
    max(visits.address_code) as address_code,
    cast(max(visits.visited_at) as date) as visited_on,
    max(visits.house_status) as house_status,
    max(meaning.meaning) as house_status_meaning,
    max(visits.occupants) as occupants,
    count(case when visits.lives_here then 1 end) as people_living_here,
    count(case when not visits.lives_here then 1 end) as people_living_elsewhere,
    count(case when visits.lives_here and visits.living_alone then 1 end) as people_living_alone,
    min(visits.row_key) as row_key
from visits
left join {{ ref('category_meaning') }} as meaning
    on visits.house_status = meaning.code and meaning.code_set = 'house_status'
group by visits.visit_id
