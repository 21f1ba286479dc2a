-- Grain: one row per as_of_date, resident and category of social assistance that they receive (救助对象).
{{ config(materialized='view') }}

with received as (
    select
        person_of_statement.person_key,
        recipients.assistance_category,
        max(recipients.household_size) as household_size,
        max(recipients.monthly_amount) as monthly_amount,
        min(recipients.start_month) as start_month
    from {{ ref('stg_civil_affairs__assistance_recipients') }} as recipients
    inner join {{ ref('person_of_statement') }} as person_of_statement
        on recipients.row_key = person_of_statement.evidence_key
    group by person_of_statement.person_key, recipients.assistance_category
)

select
    person_state.as_of_date,
    person_state.grid_code,
    received.person_key || coalesce('-' || received.assistance_category, '') as recipient_key,
    received.person_key,
    person.name,
    sex.label as sex,
    person_state.age,
    received.assistance_category,
    received.household_size,
    received.monthly_amount,
    received.start_month,
    dwelling.standard_address,
    person.phone
from received
inner join {{ ref('person_state') }} as person_state on received.person_key = person_state.person_key
left join {{ ref('person') }} as person on received.person_key = person.person_key
left join {{ ref('sex') }} as sex on person_state.sex = sex.code
left join {{ ref('dwelling') }} as dwelling on person_state.address_code = dwelling.address_code
where person_state.placement = 'grid'
