-- Grain: one row per correction order of which nothing is found now although its row is as it was (他方消除): since when.
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
),

vanished as (
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
),

-- The other side came in another version.
changed as (
    select
        vanished.order_id,
        min(other.delivery_date) as changed_on
    from vanished
    inner join {{ ref('correction_order_check') }} as other
        on
            vanished.order_id = other.order_id
            and other.side = 'other'
            and other.is_faulty = 0
            and vanished.reported_on < other.delivery_date
    group by vanished.order_id
),

-- Grouped, so that these few dwellings are known before every row at any dwelling is looked at.
placed as (
    select
        vanished.order_id,
        vanished.reported_on,
        place.address_code
    from vanished
    inner join (select distinct order_id from report where side = 'other' and column_name = 'house_status') as on_visit
        on vanished.order_id = on_visit.order_id
    inner join {{ ref('source_record') }} as own
        on
            vanished.extract = own.extract
            and vanished.record_key = own.record_key
            and vanished.version = own.version
    inner join {{ ref('dwelling_of_row') }} as place on own.row_key = place.evidence_key
    group by vanished.order_id, vanished.reported_on, place.address_code
),

-- Grouped, so that of the rows at these dwellings only those are joined.
beside as (
    select
        placed.order_id,
        placed.reported_on,
        dwelling_of_row.evidence_key
    from placed
    inner join {{ ref('dwelling_of_row') }} as dwelling_of_row on placed.address_code = dwelling_of_row.address_code
    where dwelling_of_row.extract in ('community.household_visits', 'housing.rental_contracts')
    group by placed.order_id, placed.reported_on, dwelling_of_row.evidence_key
),

-- A later visit, or a tenancy filed, speaks otherwise of a dwelling than the visit that the order rests on.
visited as (
    select
        beside.order_id,
        min(later.delivery_date) as visited_on
    from beside
    inner join {{ ref('source_record') }} as later on beside.evidence_key = later.row_key
    where later.delivery_date > beside.reported_on
    group by beside.order_id
)

-- Of what else a finding may hang on no delivery tells the day.
select
    vanished.order_id,
    coalesce(changed.changed_on, visited.visited_on, as_of.as_of_date) as settled_on
from vanished
cross join (select max(as_of_date) as as_of_date from {{ ref('as_of') }}) as as_of
left join changed on vanished.order_id = changed.order_id
left join visited on vanished.order_id = visited.order_id
