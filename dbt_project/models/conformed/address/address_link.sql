with

decided as (

    select * from {{ ref('address_decided') }}

),

address_methods as (

    select * from {{ ref('address_methods') }} where part = 'row'

),

decision_dwelling as (

    select * from {{ ref('decision_dwelling') }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

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
left join dwelling_register as register
    on coalesce(by_person.address_code, decided.decided_code) = register.address_code
left join address_methods on decided.method = address_methods.method
