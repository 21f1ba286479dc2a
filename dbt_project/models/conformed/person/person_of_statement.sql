-- Grain: one row per statement of person_evidence (人员认定).
{{ config(materialized='by_change', key='evidence_key') }}

select
    person_statement.evidence_key,
    person_statement.row_key,
    person_statement.extract,
    person_statement.role,
    person_of_record.person_key,
    person_of_record.method,
    person_of_record.confidence
from {{ by_key(ref('person_statement'), 'evidence_key') }} as person_statement
inner join
    {{ through(ref('person_of_record'), 'record_id', 'record_id', ref('person_statement')) }} as person_of_record
    on person_statement.record_id = person_of_record.record_id
