-- Grain: one row per dwelling visited by the last day: the last visit to it.
{{ config(materialized='by_change', key='address_code') }}

with visits as (
    select
        dwelling_visit.*,
        row_number() over (
            partition by dwelling_visit.address_code
            order by dwelling_visit.visited_on desc nulls last, dwelling_visit.visit_id desc nulls last
        ) as recency
    from {{ day_turning('visited_on', ref('dwelling_visit'), 'address_code', turn='as_of_date') }} as as_of
    inner join {{ by_key(ref('dwelling_visit'), 'address_code') }} as dwelling_visit
        on dwelling_visit.visited_on <= as_of.as_of_date
    where dwelling_visit.address_code is not null
)

select
    address_code,
    visit_id,
    visited_on,
    house_status_meaning,
    people_living_here,
    people_living_elsewhere,
    people_living_alone,
    row_key
from visits
where recency = 1
