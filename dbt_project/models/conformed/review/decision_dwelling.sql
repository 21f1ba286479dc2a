-- Grain: one row per record whose dwelling a person has decided (人工判定地址); of two decisions the later stands.
{{ config(materialized='compared') }}

with

ranked as (
    select
        extract,
        record_key,
        address_code,
        row_number() over (
            partition by extract, record_key order by decided_on desc nulls last, address_code nulls last
        ) as place
    from {{ ref('decision') }}
    where decision = 'this_dwelling' and address_code is not null
)

select
    extract,
    record_key,
    address_code
from ranked
where place = 1
