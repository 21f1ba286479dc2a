-- Grain: one row per as_of_date and let dwelling (出租房屋), with the tenancy in force that began last.
{{ config(materialized='view') }}

select
    let_dwelling.as_of_date,
    let_dwelling.grid_code,
    let_dwelling.address_code,
    dwelling.standard_address,
    let_dwelling.floor_area,
    let_dwelling.landlord_person_key,
    let_dwelling.tenant_person_key,
    landlord.name as landlord_name,
    landlord.phone as landlord_phone,
    tenant.name as tenant_name,
    let_dwelling.start_date,
    let_dwelling.end_date,
    let_dwelling.contract_occupants,
    let_dwelling.residents,
    let_dwelling.is_suspected_group_letting
from {{ ref('let_dwelling') }} as let_dwelling
inner join {{ ref('dwelling') }} as dwelling on let_dwelling.address_code = dwelling.address_code
left join {{ ref('person') }} as landlord on let_dwelling.landlord_person_key = landlord.person_key
left join {{ ref('person') }} as tenant on let_dwelling.tenant_person_key = tenant.person_key
