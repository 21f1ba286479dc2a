-- Grain: one row per decision and pair of records (人工判定记录对) whose statements it names.
{{ config(materialized='compared') }}

with

decision_statement as (
    select
        decision_statement.decision_key,
        decision_statement.decision,
        decision_statement.side,
        person_statement.record_id,
        person_statement.owns_number
    from {{ ref('person_statement') }} as person_statement
    inner join {{ ref('decision_statement') }} as decision_statement
        on person_statement.evidence_key = decision_statement.evidence_key
)

select distinct
    own.decision_key,
    own.decision,
    own.record_id,
    own.owns_number,
    other.record_id as other_id,
    other.owns_number as other_owns_number
from decision_statement as own
inner join decision_statement as other on own.decision_key = other.decision_key
where own.side = 'first' and other.side = 'other' and own.record_id <> other.record_id
