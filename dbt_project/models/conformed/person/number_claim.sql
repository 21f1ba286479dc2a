-- Grain: one row per valid identity number and name stated with it (号码与姓名).
{{ config(materialized='by_change', key='record_id') }}

with

person_evidence as (
    select * from
        {{ through(
            ref('person_evidence'), 'identity_number_text',
            'identity_number_text', ref('identity_number'), 'record_id', only=true
        ) }}
),

identity_number as (
    select * from {{ by_key(ref('identity_number'), 'record_id') }}
),

value_precedence as (
    select * from {{ ref('value_precedence') }}
),

stated as (
    select
        identity_number.record_id,
        identity_number.identity_number,
        person_evidence.name_text,
        person_evidence.extract,
        person_evidence.extract_bit,
        case when person_evidence.birth_date = identity_number.birth_date then 1 else 0 end as birth_agrees,
        case when person_evidence.birth_date <> identity_number.birth_date then 1 else 0 end as birth_differs,
        case when person_evidence.sex <> identity_number.sex then 1 else 0 end as sex_differs
    from person_evidence
    inner join identity_number on person_evidence.identity_number_text = identity_number.identity_number_text
    where identity_number.identity_number is not null and person_evidence.name_text is not null
)

select
    stated.record_id,
    stated.name_text,
    any_value(stated.identity_number) as identity_number,
    count(*) as statements,
    bit_count(bit_or(stated.extract_bit)) as extracts,
    min(coalesce(value_precedence.precedence, 50)) as precedence,
    max(stated.birth_agrees) as birth_agrees,
    max(stated.birth_differs) as birth_differs,
    max(stated.sex_differs) as sex_differs
from stated
left join value_precedence
    on
        stated.extract = value_precedence.extract
        and value_precedence.attribute = 'name'
group by stated.record_id, stated.name_text
