-- Grain: one row per record (记录属性取值范围): of each attribute the least and the greatest value that any row states.
-- All rows of one record are one person's: grouping by its number first halves the work.
{{ config(materialized='ephemeral') }}

with

statement as (
    select
        person_statement.*,
        -- What the person's own number says of them counts as stated.
        case when person_statement.owns_number then person_statement.number_birth_date end as own_birth_date,
        -- Of millions of groups a letter is held as its number.
        ascii(person_statement.sex) as sex_letter,
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
)

select
    record_id,
    {{ first_value_by('evidence_key', 'number_standing') }} as number_evidence_key,
    any_value(own_birth_date) as own_birth_date,
    {% for attribute in ['name', 'sex_letter', 'birth_date'] %}
    min({{ attribute }}) as least_{{ attribute }},
    max({{ attribute }}) as greatest_{{ attribute }},
    {% endfor %}
    {{ first_value_by('phone', 'phone_standing') }} as phone,
    min(case when phone is not null then phone_standing end) as phone_standing
from statement
group by record_id
