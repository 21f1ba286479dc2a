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

address_open_row as (

    select * from {{ ref('address_open_row') }}

),

address_building as (

    select * from {{ ref('address_building') }}

),

address_methods as (

    select * from {{ ref('address_methods') }} where part = 'row'

),

decision_dwelling as (

    select * from {{ ref('decision_dwelling') }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

),

-- The building of an open row whose room nobody knows.
in_building as (

    select
        address_open_row.evidence_key,
        address_building.building_key
    from address_open_row
    inner join address_building on address_open_row.text_key = address_building.text_key

),

decided as (

    select
        address_evidence.*,
        coalesce(by_row.address_code, alone.address_code) as decided_code,
        case
            when coalesce(by_row.address_code, alone.address_code) is not null then coalesce(by_row.method, alone.method)
            when in_building.building_key is not null then 'building'
            else coalesce(by_row.method, alone.method, 'none')
        end as method,
        alone.confidence as text_confidence,
        in_building.building_key as open_building_key,
        coalesce(by_row.runner_up_address_code, alone.runner_up_address_code) as runner_up_address_code
    from address_evidence
    inner join address_alone as alone on address_evidence.evidence_key = alone.evidence_key
    left join address_row_decision as by_row on address_evidence.evidence_key = by_row.evidence_key
    left join in_building on address_evidence.evidence_key = in_building.evidence_key

)

select
    decided.extract,
    decided.delivery_id,
    decided.source_file,
    decided.source_row,
    decided.record_key,
    decided.version,
    -- What a person has decided stands before everything else.
    coalesce(by_person.address_code, decided.decided_code) as address_code,
    coalesce(register.building_key, decided.open_building_key) as building_key,
    case when by_person.address_code is null then decided.method else 'decision' end as method,
    cast(
        case
            when by_person.address_code is null then coalesce(address_methods.confidence, decided.text_confidence, 0)
            else 1
        end as decimal(4, 3)
    ) as confidence,
    decided.runner_up_address_code
from decided
left join decision_dwelling as by_person
    on decided.extract = by_person.extract and decided.record_key = by_person.record_key
left join dwelling_register as register on coalesce(by_person.address_code, decided.decided_code) = register.address_code
left join address_methods on decided.method = address_methods.method
