-- Grain: one row per statement of person_evidence (人员陈述).
{{ config(materialized='by_change', key='evidence_key') }}

with

person_evidence as (
    select * from {{ by_key(ref('person_evidence'), 'evidence_key') }}
),

decision_apart as (
    select * from {{ by_key(ref('decision_apart'), 'evidence_key') }}
),

judged as (
    {{ judged_statements('person_evidence') }}
)

select
    judged.evidence_key,
    judged.row_key,
    judged.extract,
    judged.extract_bit,
    judged.role,
    judged.base_member,
    judged.observed_on,
    judged.sex,
    judged.birth_date,
    judged.phone,
    judged.grid_code,
    judged.lives_here,
    judged.meaning,
    judged.address_code,
    judged.building_key,
    judged.name,
    judged.reading_key,
    judged.surname_key,
    judged.characters_key,
    judged.identity_number,
    judged.number_birth_date,
    judged.number_sex,
    judged.spoilt_number,
    judged.sex_differs,
    judged.birth_relation,
    judged.own_number and decision_apart.evidence_key is null as owns_number,
    -- Whom a person has set apart has a record of their own.
    case
        when decision_apart.evidence_key is null then judged.own_record_id
        else {{ row_key(['judged.own_record_id', 'judged.evidence_key']) }}
    end as record_id
from judged
left join decision_apart on judged.evidence_key = decision_apart.evidence_key
