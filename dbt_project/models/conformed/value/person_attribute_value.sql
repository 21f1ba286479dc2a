-- Grain: one row per person, attribute, distinct value and whether a column or the own number says so (属性取值候选).
-- A view, to be asked for one person or some; what a run needs of it stands in person_value_contested.
{{ config(materialized='view') }}

with

stated as (
    select
        person_of_statement.person_key,
        person_of_statement.evidence_key,
        person_of_statement.extract,
        person_statement.observed_on,
        ended_record.evidence_key is not null as is_ended
    from {{ ref('person_of_statement') }} as person_of_statement
    inner join {{ ref('person_statement') }} as person_statement
        on person_of_statement.evidence_key = person_statement.evidence_key
    left join {{ ref('ended_record') }} as ended_record
        on person_of_statement.evidence_key = ended_record.evidence_key
),

standing as (
    select
        stated.person_key,
        person_fact.attribute,
        person_fact.value_text,
        person_fact.evidence_key,
        {{ value_standing(
            'case when person_fact.is_masked or person_fact.of_registration and stated.is_ended then 1 else 0 end',
            "coalesce(value_precedence.precedence, case when person_fact.attribute = 'identity_number' then 0 else 50 end)",
            'stated.observed_on',
            'person_fact.evidence_key'
        ) }} as standing
    from {{ ref('person_fact') }} as person_fact
    inner join stated on person_fact.evidence_key = stated.evidence_key
    left join {{ ref('value_precedence') }} as value_precedence
        on stated.extract = value_precedence.extract and person_fact.attribute = value_precedence.attribute
),

by_column as (
    select
        person_key,
        attribute,
        value_text,
        count(*) as row_count,
        min(standing) as standing,
        {{ first_value_by('evidence_key', 'standing') }} as evidence_key
    from standing
    group by person_key, attribute, value_text
)

select *, false as from_number
from by_column

{% set of_number = {'sex': identity_sex('value_text'), 'birth_date': identity_birth_date('value_text')} %}
{% for attribute, value in of_number.items() %}
union all

select
    person_key,
    '{{ attribute }}' as attribute,
    cast({{ value }} as varchar) as value_text,
    0 as row_count,
    min(standing) as standing,
    {{ first_value_by('evidence_key', 'standing') }} as evidence_key,
    true as from_number
from by_column
where attribute = 'identity_number'
group by person_key, {{ value }}

{% endfor %}
