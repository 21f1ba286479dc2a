-- Grain: one row per person, attribute (name, sex, birth date), distinct value and whether a column or the own number
-- says so, of the people for whom one of the three is stated in more than one way (有争议的属性取值).
{{ config(materialized='by_change', key='person_key') }}

{% set readings = [
    ('name', 'name', 'name', 'name is not null'),
    ('sex', 'sex', 'sex', 'sex is not null'),
    ('birth_date', 'birth_date', 'cast(birth_date as varchar)', 'birth_date is not null'),
    ('sex', 'identity_number', 'number_sex', 'owns_number'),
    ('birth_date', 'identity_number', 'cast(number_birth_date as varchar)', 'owns_number'),
] -%}
with

contested as (
    select person_key
    from {{ by_key(ref('person_value_range'), 'person_key') }}
    where is_contested
),

value_precedence as (
    select * from {{ ref('value_precedence') }}
),

statement as (
    select
        person_of_record.person_key,
        person_statement.*
    from contested
    inner join {{ by_key(ref('person_of_record'), 'person_key') }} as person_of_record
        on contested.person_key = person_of_record.person_key
    inner join
        {{ through(
            ref('person_statement'), 'record_id', 'record_id', ref('person_of_record'), 'person_key', only=true
        ) }} as person_statement
        on person_of_record.record_id = person_statement.record_id
),

stated as (
    {% for attribute, stated_as, value, condition in readings %}
    {{ 'union all' if not loop.first }}
    select
        person_key,
        extract,
        '{{ attribute }}' as attribute,
        '{{ stated_as }}' as stated_as,
        {{ value }} as value_text,
        {{ "case when name like '%?%' then 1 else 0 end" if stated_as == 'name' else '0' }} as handicap,
        observed_on,
        evidence_key
    from statement
    where {{ condition }}
    {% endfor %}
),

standing as (
    select
        stated.*,
        {{ value_standing(
            'stated.handicap',
            "coalesce(value_precedence.precedence, case when stated.stated_as = 'identity_number' then 0 else 50 end)",
            'stated.observed_on',
            'stated.evidence_key'
        ) }} as standing
    from stated
    left join value_precedence
        on stated.extract = value_precedence.extract and stated.stated_as = value_precedence.attribute
)

select
    person_key,
    attribute,
    value_text,
    case when stated_as = attribute then count(*) else 0 end as row_count,
    min(standing) as standing,
    {{ first_value_by('evidence_key', 'standing') }} as evidence_key,
    {{ sorted_list('evidence_key') }} as evidence_keys,
    stated_as <> attribute as from_number
from standing
group by person_key, attribute, value_text, stated_as
