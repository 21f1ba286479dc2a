{{ config(materialized="by_change", key="evidence_key") }}

with

address_written as (

    select * from {{ by_key(ref('address_written'), 'evidence_key') }}

)

select
    evidence_key,
    extract,
    meaning,
    case when address_text is not null then {{ text_key(['address_text']) }} end as text_key,
    address_code,
    grid_code
from address_written
