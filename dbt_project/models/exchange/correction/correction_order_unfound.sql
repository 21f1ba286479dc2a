-- Grain: one row per correction order of which nothing is found now (复查未见), with its row as it was reported last.
-- An order that a report has called settled since it was last put before its department is no longer among them.
{{ config(materialized='ephemeral') }}

with

report as (
    select * from {{ ref('correction_order_report') }}
),

settled as (
    select
        order_id,
        max(held_on) as held_on
    from report
    where side = 'settled'
    group by order_id
),

found_now as (
    select distinct order_id from {{ ref('correction_order_fault') }} where is_found_now = 1
)

select
    own.order_id,
    min(own.extract) as extract,
    min(own.record_key) as record_key,
    {{ first_value_by('own.version', days_before('own.reported_on')) }} as version,
    max(own.reported_on) as reported_on
from report as own
left join found_now on own.order_id = found_now.order_id
left join settled on own.order_id = settled.order_id
where own.side = 'own' and found_now.order_id is null
group by own.order_id, settled.held_on
having coalesce(max(own.reported_on) > settled.held_on, true)
