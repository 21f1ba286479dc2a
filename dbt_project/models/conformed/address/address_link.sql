with

address_evidence as (

    select * from {{ ref('address_evidence') }}

),

address_alone as (

    select * from {{ ref('address_alone') }}

),

address_row_decision as (

    select * from {{ ref('address_row_decision') }}

),

address_match as (

    select
        address_text,
        runner_up_address_code
    from {{ ref('address_match') }}

),

address_building as (

    select * from {{ ref('address_building') }}

),

address_methods as (

    select * from {{ ref('address_methods') }} where part = 'row'

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

),

decided as (

    select
        address_evidence.*,
        coalesce(by_row.address_code, address_alone.address_code) as decided_code,
        coalesce(
            by_row.method,
            address_alone.method,
            case when address_building.building_key is not null then 'building' else 'none' end
        ) as method,
        address_alone.confidence as text_confidence,
        address_building.building_key as text_building_key,
        coalesce(by_row.runner_up_address_code, address_match.runner_up_address_code) as runner_up_address_code
    from address_evidence
    inner join address_alone on address_evidence.evidence_key = address_alone.evidence_key
    left join address_row_decision as by_row on address_evidence.evidence_key = by_row.evidence_key
    left join address_match on address_evidence.address_text = address_match.address_text
    left join address_building on address_evidence.address_text = address_building.address_text

)

select
    decided.extract,
    decided.delivery_id,
    decided.source_file,
    decided.source_row,
    decided.record_key,
    decided.version,
    decided.decided_code as address_code,
    coalesce(dwelling_register.building_key, decided.text_building_key) as building_key,
    decided.method,
    cast(coalesce(address_methods.confidence, decided.text_confidence, 0) as decimal(4, 3)) as confidence,
    decided.runner_up_address_code
from decided
left join dwelling_register on decided.decided_code = dwelling_register.address_code
left join address_methods on decided.method = address_methods.method
