{{ config(materialized="by_change", key="evidence_key") }}

with

open_rows as (

    select * from {{ by_key(ref('address_open_row'), 'evidence_key') }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

),

address_support as (

    select * from {{ by_key(ref('address_support'), 'evidence_key') }}

),

pairs as (

    select * from {{ ref('address_row_pair') }}

)

select
    pairs.evidence_key,
    pairs.address_code,
    max(case when pairs.source = 'text' then 1 else 0 end) as in_text,
    max(
        case when open_rows.grid_code = dwelling_register.grid_code then 1 else 0 end
    ) as in_grid{% for kind in address_hint_kinds() %},
    max(case when address_support.kind = '{{ kind }}' then 1 else 0 end) as {{ kind }}{% endfor %}
from pairs
inner join open_rows on pairs.evidence_key = open_rows.evidence_key
inner join dwelling_register on pairs.address_code = dwelling_register.address_code
left join address_support
    on pairs.evidence_key = address_support.evidence_key and pairs.address_code = address_support.address_code
group by pairs.evidence_key, pairs.address_code
