-- Grain: one row per person in the household register (户籍人口): the row that stands, a normal one before any other.
{{ config(materialized='by_change', key='person_key') }}

with

household_register as (
    select * from {{ through(
        ref('stg_public_security__household_register'), 'row_key',
        'evidence_key', ref('person_of_statement'), 'person_key'
    ) }}
),

person_of_statement as (
    select * from {{ by_key(ref('person_of_statement'), 'person_key') }}
    where extract = 'public_security.household_register'
),

dwelling_of_row as (
    select *
    from {{ through(
        ref('dwelling_of_row'), 'evidence_key', 'evidence_key', ref('person_of_statement'), 'person_key'
    ) }}
    where extract = 'public_security.household_register'
),

dwelling as (
    select * from {{ ref('dwelling_register') }}
),

registered as (
    select
        person_of_statement.person_key,
        household_register.*,
        coalesce(household_register.registration_status, '正常') = '正常' as is_normal
    from household_register
    inner join person_of_statement on household_register.row_key = person_of_statement.evidence_key
),

-- Few people stand in the register more than once: only their rows are ranked.
repeated_person as (
    select person_key
    from registered
    group by person_key
    having count(*) > 1
),

repeated as (
    select
        registered.row_key,
        row_number() over (
            partition by registered.person_key
            order by
                case when registered.is_normal then 0 else 1 end nulls last,
                registered.updated_on desc nulls last,
                registered.row_key desc nulls last
        ) as standing
    from registered
    inner join repeated_person on registered.person_key = repeated_person.person_key
)

select
    registered.person_key,
    registered.household_number,
    registered.relation_to_head,
    registered.ethnicity,
    registered.marital_status,
    registered.education,
    registered.registration_status,
    dwelling_of_row.address_code as registered_address_code,
    dwelling.grid_code as registered_grid_code,
    registered.is_normal
from registered
left join repeated on registered.row_key = repeated.row_key
left join dwelling_of_row on registered.row_key = dwelling_of_row.evidence_key
left join dwelling on dwelling_of_row.address_code = dwelling.address_code
where coalesce(repeated.standing, 1) = 1
