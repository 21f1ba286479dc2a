-- Grain: one row per registration in force of a person beside the latest one in force (重复户籍登记).
{{ config(materialized='ephemeral') }}

with

registration as (
    select person_key, evidence_key, row_key
    from {{ ref('person_of_statement') }}
    where extract = 'public_security.household_register'
),

-- Of hardly anybody there are several rows: only theirs are looked up and put in order.
several as (
    select person_key
    from registration
    group by person_key
    having count(*) > 1
),

in_force as (
    select
        registration.person_key,
        registration.evidence_key,
        row_number() over (
            partition by registration.person_key
            order by person_statement.observed_on desc nulls last, source_record.source_row desc nulls last
        ) as place,
        first_value(registration.evidence_key) over (
            partition by registration.person_key
            order by person_statement.observed_on desc nulls last, source_record.source_row desc nulls last
        ) as other_key
    from several
    inner join registration on several.person_key = registration.person_key
    inner join {{ ref('person_statement') }} as person_statement
        on registration.evidence_key = person_statement.evidence_key
    inner join {{ ref('source_record') }} as source_record on registration.row_key = source_record.row_key
    left join {{ ref('ended_record') }} as ended_record on registration.evidence_key = ended_record.evidence_key
    where ended_record.evidence_key is null
),

found as (
    select
        evidence_key,
        person_key,
        'status' as attribute,
        other_key,
        'status' as other_attribute
    from in_force
    where place > 1
)

{{ discrepancies_of_statements('found') }}
