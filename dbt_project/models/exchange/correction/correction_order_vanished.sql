-- Grain: one row per correction order of which nothing is found now although its row is as it was (他方消除): since when.
{{ config(materialized='ephemeral') }}

with

unfound as (
    select * from {{ ref('correction_order_unfound') }}
),

-- The other side came in another version.
changed as (
    select
        unfound.order_id,
        min(other.delivery_date) as changed_on
    from unfound
    inner join {{ ref('correction_order_check') }} as other
        on
            unfound.order_id = other.order_id
            and other.side = 'other'
            and other.is_faulty = 0
            and unfound.reported_on < other.delivery_date
    group by unfound.order_id
)

-- Of what else a finding may hang on no delivery tells the day.
select
    unfound.order_id,
    coalesce(changed.changed_on, visited.visited_on, as_of.as_of_date) as settled_on
from unfound
cross join (select max(as_of_date) as as_of_date from {{ ref('as_of') }}) as as_of
left join changed on unfound.order_id = changed.order_id
left join {{ ref('correction_order_visited') }} as visited on unfound.order_id = visited.order_id
