-- Grain: one row per decision on two records, side and statement that it names (人工判定所指陈述).
{{ config(materialized='compared') }}

with

decision as (
    select * from {{ ref('decision') }} where decision in ('same', 'not_same')
),

named as (
    select decision_key, decision, 'first' as side, extract, role, record_key from decision
    union all
    select
        decision_key,
        decision,
        'other' as side,
        other_extract as extract,
        other_role as role,
        other_record_key as record_key
    from decision
)

select
    named.decision_key,
    named.decision,
    named.side,
    person_evidence.evidence_key
from named
inner join {{ ref('source_record') }} as source_record
    on named.extract = source_record.extract and named.record_key = source_record.record_key
inner join {{ ref('person_evidence') }} as person_evidence
    on source_record.row_key = person_evidence.row_key and named.role = person_evidence.role
