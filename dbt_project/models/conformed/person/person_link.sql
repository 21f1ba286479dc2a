-- Grain: one row per statement of person_evidence (人员关联): its person, and where the row stood.
{{ config(materialized='view') }}

select
    source_record.extract,
    person_of_statement.role,
    source_record.record_key,
    source_record.version,
    source_record.delivery_id,
    source_record.source_file,
    source_record.source_row,
    person_of_statement.evidence_key,
    person_of_statement.person_key,
    person_of_statement.method,
    person_of_statement.confidence
from {{ ref('person_of_statement') }} as person_of_statement
inner join {{ ref('source_record') }} as source_record on person_of_statement.row_key = source_record.row_key
