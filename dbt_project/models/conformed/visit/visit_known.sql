-- Grain: one row per visit to a known dwelling (走访获知日): the visit, and the day from which it was known.
{{ config(materialized='view') }}

select
    dwelling_visit.visit_id,
    dwelling_visit.address_code,
    dwelling_visit.visited_on,
    dwelling_visit.house_status_meaning,
    dwelling_visit.people_living_elsewhere,
    dwelling_visit.people_living_alone,
    coalesce(learnt.known_from, day.first_day) as known_from
from {{ ref('dwelling_visit') }} as dwelling_visit
cross join (select distinct first_day from {{ ref('day') }}) as day
left join (
    select
        coalesce(visits.visit_id, visits.record_key) as visit_id,
        min(later_record.first_known_from) as known_from
    from {{ ref('later_record') }} as later_record
    inner join {{ ref('stg_community__household_visits') }} as visits on later_record.row_key = visits.row_key
    group by coalesce(visits.visit_id, visits.record_key)
) as learnt on dwelling_visit.visit_id = learnt.visit_id
where dwelling_visit.address_code is not null and dwelling_visit.visited_on is not null
