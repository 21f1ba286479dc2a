-- Grain: one row per correction order of which nothing is found now, resting on a visit, whose dwelling
-- was visited again, or let, after its report (复查后走访).
{{ config(materialized='ephemeral') }}

with

unfound as (
    select * from {{ ref('correction_order_unfound') }}
),

-- Grouped, so that these few dwellings are known before every row at any dwelling is looked at.
placed as (
    select
        unfound.order_id,
        unfound.reported_on,
        place.address_code
    from unfound
    inner join (
        select distinct order_id
        from {{ ref('correction_order_report') }}
        where side = 'other' and column_name = 'house_status'
    ) as on_visit
        on unfound.order_id = on_visit.order_id
    inner join {{ ref('source_record') }} as own
        on
            unfound.extract = own.extract
            and unfound.record_key = own.record_key
            and unfound.version = own.version
    inner join {{ ref('dwelling_of_row') }} as place on own.row_key = place.evidence_key
    group by unfound.order_id, unfound.reported_on, place.address_code
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
)

-- A later visit, or a tenancy filed, speaks otherwise of a dwelling than the visit that the order rests on.
select
    beside.order_id,
    min(later.delivery_date) as visited_on
from beside
inner join {{ ref('source_record') }} as later on beside.evidence_key = later.row_key
where later.delivery_date > beside.reported_on
group by beside.order_id
