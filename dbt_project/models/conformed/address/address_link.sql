{# A view: dwelling_of_row with what staging holds of where each row stood. #}
{{ config(materialized="view") }}

with

dwelling_of_row as (

    select * from {{ ref('dwelling_of_row') }}

),

source_record as (

    select * from {{ ref('source_record') }}

)

select
    source_record.extract,
    source_record.delivery_id,
    source_record.source_file,
    source_record.source_row,
    source_record.record_key,
    source_record.version,
    dwelling_of_row.evidence_key,
    dwelling_of_row.address_code,
    dwelling_of_row.building_key,
    dwelling_of_row.method,
    dwelling_of_row.confidence,
    dwelling_of_row.runner_up_address_code
from dwelling_of_row
inner join source_record on dwelling_of_row.evidence_key = source_record.row_key
