-- Grain: one row per statement that a person has set apart from another which says the same of itself (人工拆分陈述):
-- two people under one number, or under one name at one dwelling. Of the two the first named leaves.
{{ config(materialized='compared') }}

with

decision_statement as (
    select * from {{ ref('decision_statement') }} where decision = 'not_same'
),

decided_evidence as (
    select * from {{ ref('person_evidence') }}
    where evidence_key in (select evidence_key from decision_statement)
),

judged as (
    {{ judged_statements('decided_evidence') }}
)

select distinct own.evidence_key
from decision_statement as own
inner join decision_statement as other on own.decision_key = other.decision_key
inner join judged as own_judged on own.evidence_key = own_judged.evidence_key
inner join judged as other_judged on other.evidence_key = other_judged.evidence_key
where own.side = 'first' and other.side = 'other' and own_judged.own_record_id = other_judged.own_record_id
