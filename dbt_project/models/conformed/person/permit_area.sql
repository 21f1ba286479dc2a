-- Grain: one row per person with a residence permit: where the permit says that the person is registered (户籍地区划).
{{ config(materialized='by_change', key='person_key') }}

with

residence_permits as (
    select *
    from {{ through(
        ref('stg_public_security__residence_permits'), 'row_key', 'evidence_key', ref('person_of_statement'), 'person_key'
    ) }}
),

person_of_statement as (
    select * from {{ by_key(ref('person_of_statement'), 'person_key') }}
    where extract = 'public_security.residence_permits' and role = 'subject'
),

linked as (
    select
        person_of_statement.person_key,
        residence_permits.registered_area_code,
        {{ days_before('residence_permits.updated_at') }} as age
    from residence_permits
    inner join person_of_statement
        on residence_permits.row_key = person_of_statement.evidence_key
)

select
    person_key,
    {{ first_value_by('registered_area_code', 'age') }} as registered_area_code
from linked
group by person_key
