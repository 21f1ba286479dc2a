with

address_evidence as (

    select * from {{ ref('address_evidence') }}

),

address_match as (

    select * from {{ ref('address_match') }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

)

select
    address_evidence.extract,
    address_evidence.delivery_id,
    address_evidence.source_file,
    address_evidence.source_row,
    address_evidence.record_key,
    address_evidence.version,
    coalesce(dwelling_register.address_code, address_match.address_code) as address_code,
    dwelling_register.building_key as building_key,
    case when dwelling_register.address_code is not null then 'own_code' else coalesce(address_match.method, 'none') end as method,
    cast(case when dwelling_register.address_code is not null then 0.99 else coalesce(address_match.confidence, 0) end as decimal(4, 3)) as confidence,
    null as runner_up_address_code
from address_evidence
left join dwelling_register on address_evidence.address_code = dwelling_register.address_code
left join address_match on address_evidence.address_text = address_match.address_text
