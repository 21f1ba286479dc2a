{{ config(materialized="ephemeral") }}

with

address_alone as (

    select * from {{ by_key(ref('address_alone'), 'evidence_key') }}

),

address_row_decision as (

    select * from {{ by_key(ref('address_row_decision'), 'evidence_key') }}

),

address_open_row as (

    select * from {{ by_key(ref('address_open_row'), 'evidence_key') }}

),

address_building as (

    select * from {{ through(ref('address_building'), 'text_key', 'text_key', ref('address_open_row')) }}

),

-- The building of an open row whose room nobody knows.
in_building as (

    select
        address_open_row.evidence_key,
        address_building.building_key
    from address_open_row
    inner join address_building on address_open_row.text_key = address_building.text_key

)

select
    alone.evidence_key,
    alone.extract,
    coalesce(by_row.address_code, alone.address_code) as decided_code,
    case
        when coalesce(by_row.address_code, alone.address_code) is not null then coalesce(by_row.method, alone.method)
        when in_building.building_key is not null then 'building'
        else coalesce(by_row.method, alone.method, 'none')
    end as method,
    alone.confidence as text_confidence,
    in_building.building_key as open_building_key,
    coalesce(by_row.runner_up_address_code, alone.runner_up_address_code) as runner_up_address_code
from address_alone as alone
left join address_row_decision as by_row on alone.evidence_key = by_row.evidence_key
left join in_building on alone.evidence_key = in_building.evidence_key
