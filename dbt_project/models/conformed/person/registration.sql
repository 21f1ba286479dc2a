-- Grain: one row per person in the household register (户籍人口): the row that stands, a normal one before any other.
{{ config(materialized='by_change', key='person_key') }}

{#- Named where it is read, not once above: DuckDB copies what two places share. #}
{% set household_register = through(
    ref('stg_public_security__household_register'), 'row_key', 'evidence_key', ref('person_of_statement'), 'person_key'
) %}
{% set is_normal = "coalesce(household_register.registration_status, '正常') = '正常'" %}
with

person_of_statement as (
    select
        person_key,
        evidence_key
    from {{ by_key(ref('person_of_statement'), 'person_key') }}
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

-- Few people stand in the register more than once: only their rows are ranked.
repeated_person as (
    select person_key
    from person_of_statement
    group by person_key
    having count(*) > 1
),

repeated as (
    select
        household_register.row_key,
        row_number() over (
            partition by person_of_statement.person_key
            order by
                case when {{ is_normal }} then 0 else 1 end nulls last,
                household_register.updated_on desc nulls last,
                household_register.row_key desc nulls last
        ) as standing
    from person_of_statement
    inner join repeated_person on person_of_statement.person_key = repeated_person.person_key
    inner join {{ household_register }} as household_register
        on person_of_statement.evidence_key = household_register.row_key
)

select
    person_of_statement.person_key,
    household_register.household_number,
    household_register.relation_to_head,
    household_register.ethnicity,
    household_register.marital_status,
    household_register.education,
    household_register.registration_status,
    dwelling_of_row.address_code as registered_address_code,
    dwelling.grid_code as registered_grid_code,
    {{ is_normal }} as is_normal
from {{ household_register }} as household_register
inner join person_of_statement on household_register.row_key = person_of_statement.evidence_key
left join repeated on household_register.row_key = repeated.row_key
left join dwelling_of_row on household_register.row_key = dwelling_of_row.evidence_key
left join dwelling on dwelling_of_row.address_code = dwelling.address_code
where coalesce(repeated.standing, 1) = 1
