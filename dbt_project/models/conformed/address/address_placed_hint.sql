{{ config(materialized="ephemeral") }}

with

address_alone as (

    select * from {{ through(ref('address_alone'), 'evidence_key', 'evidence_key', ref('address_hint')) }}

),

address_hint as (

    select * from {{ by_key(ref('address_hint'), 'hint') }}

)

select
    address_hint.evidence_key,
    address_hint.kind,
    address_hint.hint,
    address_alone.address_code,
    address_alone.is_own_code
from address_hint
inner join address_alone on address_hint.evidence_key = address_alone.evidence_key
