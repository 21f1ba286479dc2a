{{ config(materialized="by_change", key="evidence_key") }}

with

address_alone as (

    select * from {{ by_key(ref('address_alone'), 'evidence_key') }} where address_code is null

),

-- What the few readers of open rows ask of their texts: each would go through all texts for it.
address as (

    select * from {{ dictionary(ref('address')) }}

),

address_evidence as (

    select * from {{ by_key(ref('address_evidence'), 'evidence_key') }}

)

select
    address_evidence.evidence_key,
    address_evidence.text_key,
    address_evidence.grid_code,
    address.head,
    address.building_number,
    address.tail_digits
from address_evidence
inner join address_alone on address_evidence.evidence_key = address_alone.evidence_key
left join address on address_evidence.text_key = address.text_key
