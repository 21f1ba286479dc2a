-- Grain: one row per row of a person after the first among the recipients of assistance (重复救助).
{{ config(materialized='ephemeral') }}

with

ranked as (
    select
        person_of_statement.person_key,
        person_of_statement.evidence_key,
        row_number() over (
            partition by person_of_statement.person_key
            order by source_record.delivery_id nulls last, source_record.source_row nulls last
        ) as place,
        first_value(person_of_statement.evidence_key) over (
            partition by person_of_statement.person_key
            order by source_record.delivery_id nulls last, source_record.source_row nulls last
        ) as other_key
    from {{ ref('person_of_statement') }} as person_of_statement
    inner join {{ ref('source_record') }} as source_record on person_of_statement.row_key = source_record.row_key
    where person_of_statement.extract = 'civil_affairs.assistance_recipients' and person_of_statement.role = 'subject'
),

found as (
    select
        evidence_key,
        person_key,
        'status' as attribute,
        other_key,
        'status' as other_attribute
    from ranked
    where place > 1
)

{{ discrepancies_of_statements('found') }}
