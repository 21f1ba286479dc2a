-- Grain: one row per person: of each attribute the value that stands (person_attribute says why, and where it is from).
with

person_link as (
    select distinct person_key from {{ ref('person_link') }}
),

by_person as (
    select
        person_key,
        max(case when attribute = 'identity_number' then value_text end) as identity_number,
        max(case when attribute = 'name' then value_text end) as name,
        max(case when attribute = 'sex' then value_text end) as sex,
        max(case when attribute = 'birth_date' then value_text end) as birth_date,
        max(case when attribute = 'phone' then value_text end) as phone
    from {{ ref('person_attribute_chosen') }}
    where attribute in ('identity_number', 'name', 'sex', 'birth_date', 'phone')
    group by person_key
)

select
    person_link.person_key,
    by_person.identity_number,
    by_person.name,
    by_person.sex,
    cast(by_person.birth_date as date) as birth_date,
    by_person.phone
from person_link
left join by_person on person_link.person_key = by_person.person_key
