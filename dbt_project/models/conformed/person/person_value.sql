-- Grain: one row per person: of each attribute the value that stands, by precedence of its extract, then the latest.
with

person_evidence as (
    select * from {{ ref('person_evidence') }}
),

person_link as (
    select * from {{ ref('person_link') }}
),

person_statement as (
    select * from {{ ref('person_statement') }}
),

value_precedence as (
    select
        extract,
        max(case when attribute = 'name' then precedence end) as name_precedence,
        max(case when attribute = 'sex' then precedence end) as sex_precedence,
        max(case when attribute = 'birth_date' then precedence end) as birth_date_precedence,
        max(case when attribute = 'phone' then precedence end) as phone_precedence
    from {{ ref('value_precedence') }}
    group by extract
),

stated as (
    select
        person_link.person_key,
        person_statement.owns_number,
        person_statement.identity_number,
        person_statement.number_sex,
        person_statement.number_birth_date,
        person_statement.name,
        person_evidence.sex,
        person_evidence.birth_date,
        person_evidence.phone,
        case when person_statement.name like '%?%' then 1000000000 else 0 end
        + coalesce(value_precedence.name_precedence, 50) * 1000000 as name_standing,
        coalesce(value_precedence.sex_precedence, 50) * 1000000 as sex_standing,
        coalesce(value_precedence.birth_date_precedence, 50) * 1000000 as birth_date_standing,
        coalesce(value_precedence.phone_precedence, 50) * 1000000 as phone_standing,
        {{ days_before('person_evidence.observed_on') }} as age
    from person_link
    inner join person_evidence on person_link.evidence_key = person_evidence.evidence_key
    inner join person_statement on person_link.evidence_key = person_statement.evidence_key
    left join value_precedence on person_evidence.extract = value_precedence.extract
)

select
    person_key,
    max(case when owns_number then identity_number end) as identity_number,
    {{ first_value_by('name', 'name_standing + age') }} as name,
    coalesce(max(case when owns_number then number_sex end), {{ first_value_by('sex', 'sex_standing + age') }}) as sex,
    coalesce(
        max(case when owns_number then number_birth_date end),
        {{ first_value_by('birth_date', 'birth_date_standing + age') }}
    ) as birth_date,
    {{ first_value_by('phone', 'phone_standing + age') }} as phone
from stated
group by person_key
