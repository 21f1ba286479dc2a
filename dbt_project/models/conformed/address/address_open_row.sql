{{ config(materialized="by_change", key="evidence_key") }}

with

address_alone as (

    select * from {{ by_key(ref('address_alone'), 'evidence_key') }} where address_code is null

),

address_evidence as (

    select * from {{ by_key(ref('address_evidence'), 'evidence_key') }}

)

select
    address_evidence.evidence_key,
    address_evidence.text_key,
    address_evidence.grid_code
from address_evidence
inner join address_alone on address_evidence.evidence_key = address_alone.evidence_key
