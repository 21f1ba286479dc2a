-- Grain: one row per statement of person_evidence (人员认定).
select
    person_statement.evidence_key,
    person_statement.row_key,
    person_statement.extract,
    person_statement.role,
    person_of_record.person_key,
    person_of_record.method,
    person_of_record.confidence
from {{ ref('person_statement') }} as person_statement
inner join {{ ref('person_of_record') }} as person_of_record
    on person_statement.record_id = person_of_record.record_id
