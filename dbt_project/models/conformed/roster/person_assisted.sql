-- Grain: one row per as_of_date, resident and category of social assistance that they receive (救助对象), without what
-- names them.
{{ config(materialized='ephemeral') }}

with received as (
    select
        person_of_statement.person_key,
        recipients.assistance_category,
        max(recipients.household_size) as household_size,
        max(recipients.monthly_amount) as monthly_amount,
        min(recipients.start_month) as start_month
    from {{ ref('stg_civil_affairs__assistance_recipients') }} as recipients
    inner join {{ ref('person_of_statement') }} as person_of_statement
        on
            recipients.row_key = person_of_statement.evidence_key
            -- Said by the key, too; but here DuckDB knows where such rows begin and end.
            and person_of_statement.extract = 'civil_affairs.assistance_recipients'
    group by person_of_statement.person_key, recipients.assistance_category
)

select
    person_state.as_of_date,
    person_state.grid_code,
    received.person_key,
    person_state.sex,
    person_state.age,
    person_state.address_code,
    received.assistance_category,
    received.household_size,
    received.monthly_amount,
    received.start_month
from received
inner join {{ ref('person_state') }} as person_state on received.person_key = person_state.person_key
where person_state.placement = 'grid'
