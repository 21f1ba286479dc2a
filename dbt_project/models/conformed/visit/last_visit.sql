-- Grain: one row per as_of_date and dwelling visited by then: the last visit to it.
with visits as (
    select
        as_of.as_of_date,
        dwelling_visit.*,
        row_number() over (
            partition by as_of.as_of_date, dwelling_visit.address_code
            order by dwelling_visit.visited_on desc nulls last, dwelling_visit.visit_id desc nulls last
        ) as recency
    from {{ ref('as_of') }} as as_of
    inner join {{ ref('dwelling_visit') }} as dwelling_visit
        on dwelling_visit.visited_on <= as_of.as_of_date
    where dwelling_visit.address_code is not null
)

select
    as_of_date,
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
