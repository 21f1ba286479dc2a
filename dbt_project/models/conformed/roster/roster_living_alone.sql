-- Grain: one row per as_of_date and old person who lives alone (独居老人).
{{ config(materialized='view') }}

select
    living_alone.as_of_date,
    living_alone.grid_code,
    living_alone.person_key,
    person.name,
    sex.label as sex,
    living_alone.age,
    dwelling.standard_address,
    person.phone,
    living_alone.is_registered,
    living_alone.visited_on
from {{ ref('person_living_alone') }} as living_alone
left join {{ ref('person') }} as person on living_alone.person_key = person.person_key
left join {{ ref('sex') }} as sex on living_alone.sex = sex.code
left join {{ ref('dwelling') }} as dwelling on living_alone.address_code = dwelling.address_code
