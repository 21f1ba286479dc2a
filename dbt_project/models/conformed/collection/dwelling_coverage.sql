-- Grain: one row per dwelling at which somebody is named (房屋采集情况): the extracts whose rows do so, as bits.
{{ config(materialized='by_change', key='address_code') }}

select
    address_code,
    bit_or(extract_bit) as extracts
from {{ by_key(ref('person_statement'), 'address_code') }}
where address_code is not null
group by address_code
