-- Grain: one row per statement whose identity number fails its check or cannot be read (证件号码无效).
{{ config(materialized='ephemeral') }}

with

found as (
    select
        person_statement.evidence_key,
        person_of_statement.person_key,
        'identity_number' as attribute,
        own_number.number_evidence_key as other_key,
        'identity_number' as other_attribute
    from {{ ref('person_statement') }} as person_statement
    inner join {{ ref('identity_number') }} as identity_number
        on person_statement.spoilt_number = identity_number.identity_number_text
    inner join {{ ref('person_of_statement') }} as person_of_statement
        on person_statement.evidence_key = person_of_statement.evidence_key
    left join {{ ref('person_value_range') }} as own_number on person_of_statement.person_key = own_number.person_key
    -- A masked number was hidden on purpose.
    where identity_number.status in ('check_failed', 'spreadsheet', 'unreadable')
)

{{ discrepancies_of_statements('found') }}
