-- Grain: one row per registration in force of a person beside the latest one in force (重复户籍登记).
{{ config(materialized='ephemeral') }}

with

in_force as (
    select
        person_of_statement.person_key,
        person_of_statement.evidence_key,
        row_number() over (
            partition by person_of_statement.person_key
            order by person_statement.observed_on desc nulls last, source_record.source_row desc nulls last
        ) as place,
        first_value(person_of_statement.evidence_key) over (
            partition by person_of_statement.person_key
            order by person_statement.observed_on desc nulls last, source_record.source_row desc nulls last
        ) as other_key
    from {{ ref('person_of_statement') }} as person_of_statement
    inner join {{ ref('person_statement') }} as person_statement
        on person_of_statement.evidence_key = person_statement.evidence_key
    inner join {{ ref('source_record') }} as source_record on person_of_statement.row_key = source_record.row_key
    left join {{ ref('ended_record') }} as ended_record on person_of_statement.evidence_key = ended_record.evidence_key
    where person_of_statement.extract = 'public_security.household_register' and ended_record.evidence_key is null
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
