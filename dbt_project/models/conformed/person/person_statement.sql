-- Grain: one row per statement of person_evidence (人员陈述).
with

person_evidence as (
    select * from {{ ref('person_evidence') }}
),

identity_number as (
    select * from {{ ref('identity_number') }}
),

claim_agreement as (
    select * from {{ ref('claim_agreement') }}
),

person_name as (
    select * from {{ ref('person_name') }}
),

judged as (
    select
        person_evidence.evidence_key,
        person_evidence.extract,
        person_evidence.role,
        person_evidence.sex,
        person_evidence.birth_date,
        person_evidence.phone,
        person_evidence.guardian_phone,
        person_evidence.meaning,
        person_evidence.address_code,
        person_evidence.building_key,
        person_name.name,
        person_name.reading,
        person_name.surname_reading,
        person_name.sorted_characters,
        identity_number.identity_number,
        identity_number.birth_date as number_birth_date,
        identity_number.sex as number_sex,
        case when identity_number.identity_number is null then person_evidence.identity_number_text end as spoilt_number,
        coalesce(claim_agreement.name_agrees, person_evidence.name_text is null) as name_agrees,
        claim_agreement.agreeing_statements,
        coalesce(person_evidence.sex <> identity_number.sex, false) as sex_differs,
        {{ birth_relation('person_evidence.birth_date', 'identity_number.birth_date') }} as birth_relation
    from person_evidence
    left join identity_number on person_evidence.identity_number_text = identity_number.identity_number_text
    left join claim_agreement
        on
            identity_number.identity_number = claim_agreement.identity_number
            and person_evidence.name_text = claim_agreement.name_text
    left join person_name on person_evidence.name_text = person_name.name_text
),

owned as (
    select
        *,
        identity_number is not null and name_agrees
        and case
            when agreeing_statements > 1 then not (sex_differs and coalesce(birth_relation, '') = 'differs')
            else not sex_differs and coalesce(birth_relation, '') <> 'differs'
        end as owns_number
    from judged
)

select
    *,
    case
        when owns_number then {{ row_key(['identity_number']) }}
        else {{ row_key(['identity_number', 'spoilt_number', 'name', 'sex', 'birth_date', 'phone',
            'coalesce(address_code, cast(evidence_key as varchar))']) }}
    end as record_id
from owned
