-- Grain: one row per as_of_date, resident and category of social assistance that they receive (救助对象).
{{ config(materialized='view') }}

select
    assisted.as_of_date,
    assisted.grid_code,
    assisted.person_key || coalesce('-' || assisted.assistance_category, '') as recipient_key,
    assisted.person_key,
    person.name,
    sex.label as sex,
    assisted.age,
    assisted.assistance_category,
    assisted.household_size,
    assisted.monthly_amount,
    assisted.start_month,
    dwelling.standard_address,
    person.phone
from {{ ref('person_assisted') }} as assisted
left join {{ ref('person') }} as person on assisted.person_key = person.person_key
left join {{ ref('sex') }} as sex on assisted.sex = sex.code
left join {{ ref('dwelling') }} as dwelling on assisted.address_code = dwelling.address_code
