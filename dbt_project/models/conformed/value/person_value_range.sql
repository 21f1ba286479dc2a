-- Grain: one row per person (人员属性取值范围): of each attribute the least and the greatest value that any row states.
-- Nine people of ten are written alike everywhere: only of the others need values be weighed.
{{ config(materialized='by_change', key='person_key') }}

{% set attributes = ['name', 'sex_letter', 'birth_date'] %}
with

number_owner as (
    select * from {{ dictionary(ref('number_owner')) }}
),

-- A number beside which nobody is ever named has no owner; such rows are few, and found by what they lack.
unnamed as (
    select
        evidence_key,
        identity_number
    from {{ through(
        ref('person_statement'), 'record_id', 'record_id', ref('person_of_record'), 'person_key', only=true
    ) }}
    where name is null and owns_number
),

by_person as (
    select
        person_of_record.person_key,
        max(case when by_record.number_evidence_key is not null then by_record.record_id end) as number_record_id,
        max(by_record.number_evidence_key) as number_evidence_key,
        max(by_record.own_birth_date) as own_birth_date,
        {% for attribute in attributes %}
        min(by_record.least_{{ attribute }}) as least_{{ attribute }},
        max(by_record.greatest_{{ attribute }}) as greatest_{{ attribute }},
        {% endfor %}
        {{ first_value_by('by_record.phone', 'by_record.phone_standing') }} as phone
    from {{ ref('record_value_range') }} as by_record
    inner join {{ by_key(ref('person_of_record'), 'person_key') }} as person_of_record
        on by_record.record_id = person_of_record.record_id
    group by person_of_record.person_key
),

numbered as (
    select
        by_person.*,
        coalesce(number_owner.identity_number, unnamed.identity_number) as identity_number
    from by_person
    left join number_owner on by_person.number_record_id = number_owner.record_id
    left join unnamed on by_person.number_evidence_key = unnamed.evidence_key
)

select
    person_key,
    identity_number,
    number_evidence_key,
    {{ identity_sex('identity_number') }} as own_sex,
    own_birth_date,
    least_name,
    greatest_name,
    chr(least_sex_letter) as least_sex,
    chr(greatest_sex_letter) as greatest_sex,
    least_birth_date,
    greatest_birth_date,
    phone,
    coalesce(least_name <> greatest_name, false)
    or coalesce(least_sex_letter <> greatest_sex_letter, false)
    or coalesce(least_sex_letter <> ascii({{ identity_sex('identity_number') }}), false)
    or coalesce(least_birth_date <> greatest_birth_date or least_birth_date <> own_birth_date, false) as is_contested
from numbered
