{{ config(materialized="by_change", key="evidence_key") }}

with

decided as (

    select * from {{ ref('address_decided') }}

),

address_methods as (

    select * from {{ ref('address_methods') }} where part = 'row'

),

-- What a person has decided stands before everything else.
decided_by_person as (

    select
        source_record.row_key as evidence_key,
        decision_dwelling.address_code
    from {{ ref('decision_dwelling') }} as decision_dwelling
    inner join {{ by_key(ref('source_record'), 'row_key') }} as source_record
        on
            decision_dwelling.extract = source_record.extract
            and decision_dwelling.record_key = source_record.record_key

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

)

select
    decided.evidence_key,
    decided.extract,
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
left join decided_by_person as by_person on decided.evidence_key = by_person.evidence_key
left join dwelling_register as register
    on coalesce(by_person.address_code, decided.decided_code) = register.address_code
left join address_methods on decided.method = address_methods.method
