-- Grain: one row per person (人员属性取值范围): of each attribute the least and the greatest value that any row states.
-- Nine people of ten are written alike everywhere: only of the others need values be weighed.
{{ config(materialized='by_change', key='person_key') }}

{% set attributes = ['name', 'sex', 'birth_date'] %}
with

statement as (
    select
        person_statement.*,
        -- What the person's own number says of them counts as stated.
        case when person_statement.owns_number then person_statement.number_sex end as own_sex,
        case when person_statement.owns_number then person_statement.number_birth_date end as own_birth_date,
        case when person_statement.owns_number then person_statement.identity_number end as own_number,
        {{ value_standing(
            0, 'coalesce(phone.precedence, 50)', 'person_statement.observed_on', 'person_statement.evidence_key'
        ) }} as phone_standing,
        case
            when person_statement.owns_number
                then {{ value_standing(
                    0, 'coalesce(number.precedence, 0)', 'person_statement.observed_on', 'person_statement.evidence_key'
                ) }}
        end as number_standing
    from {{ through(
        ref('person_statement'), 'record_id', 'record_id', ref('person_of_record'), 'person_key', only=true
    ) }} as person_statement
    left join {{ ref('value_precedence') }} as phone
        on person_statement.extract = phone.extract and phone.attribute = 'phone'
    left join {{ ref('value_precedence') }} as number
        on person_statement.extract = number.extract and number.attribute = 'identity_number'
),

-- All rows of one record are one person's: grouping by its number first halves the work.
by_record as (
    select
        record_id,
        any_value(own_number) as own_number,
        {{ first_value_by('evidence_key', 'number_standing') }} as number_evidence_key,
        any_value(own_sex) as own_sex,
        any_value(own_birth_date) as own_birth_date,
        {% for attribute in attributes %}
        min({{ attribute }}) as least_{{ attribute }},
        max({{ attribute }}) as greatest_{{ attribute }},
        {% endfor %}
        {{ first_value_by('phone', 'phone_standing') }} as phone,
        min(case when phone is not null then phone_standing end) as phone_standing
    from statement
    group by record_id
),

by_person as (
    select
        person_of_record.person_key,
        max(by_record.own_number) as identity_number,
        max(by_record.number_evidence_key) as number_evidence_key,
        max(by_record.own_sex) as own_sex,
        max(by_record.own_birth_date) as own_birth_date,
        {% for attribute in attributes %}
        min(by_record.least_{{ attribute }}) as least_{{ attribute }},
        max(by_record.greatest_{{ attribute }}) as greatest_{{ attribute }},
        {% endfor %}
        {{ first_value_by('by_record.phone', 'by_record.phone_standing') }} as phone
    from by_record
    inner join {{ by_key(ref('person_of_record'), 'person_key') }} as person_of_record
        on by_record.record_id = person_of_record.record_id
    group by person_of_record.person_key
)

select
    *,
    coalesce(least_name <> greatest_name, false)
    or coalesce(least_sex <> greatest_sex or least_sex <> own_sex, false)
    or coalesce(least_birth_date <> greatest_birth_date or least_birth_date <> own_birth_date, false) as is_contested
from by_person
