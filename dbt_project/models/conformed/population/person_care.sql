-- Grain: one row per person and kind of care that a department's current rows give them.
{{ config(materialized='by_change', key='person_key') }}
{% set delivered = {
    'recipients': 'stg_civil_affairs__assistance_recipients',
    'certificates': 'stg_disabled_federation__disability_certificates',
    'students': 'stg_education__students',
    'resident_records': 'stg_health__resident_records',
} %}

with

{% for name, model in delivered.items() %}
{{ name }} as (
    select * from {{ through(ref(model), 'row_key', 'evidence_key', ref('person_of_statement'), 'person_key') }}
),
{% endfor %}

person_of_statement as (
    select *
    from {{ by_key(ref('person_of_statement'), 'person_key') }}
    where
        extract in (
            'civil_affairs.assistance_recipients', 'disabled_federation.disability_certificates', 'education.students',
            'health.resident_records'
        )
),

assistance as (
    select
        recipients.row_key,
        coalesce(meaning.meaning, 'other_assistance') as category
    from recipients
    left join {{ ref('category_meaning') }} as meaning
        on recipients.assistance_category = meaning.code and meaning.code_set = 'assistance_category'
),

health as (
    select
        row_key,
        elderly_managed,
        ';' || upper(chronic_conditions) as conditions
    from resident_records
    where elderly_managed or chronic_conditions <> ''
),

care as (
    select row_key, 'assistance' as care from assistance
    union all
    select row_key, category as care from assistance
    union all
    -- A status that no rule names is taken for a valid certificate.
    select certificates.row_key, 'disability_certificate' as care
    from certificates
    left join {{ ref('category_meaning') }} as meaning
        on certificates.status = meaning.code and meaning.code_set = 'disability_status'
    where coalesce(meaning.meaning, 'valid') = 'valid'
    union all
    select row_key, 'student' as care from students
    union all
    select row_key, 'elderly_managed' as care from health where elderly_managed
    union all
    select row_key, 'chronic_condition' as care from health where conditions <> ';'
    union all
    -- ICD-10: I10 to I15 are hypertensive diseases, E10 to E14 diabetes mellitus.
    select row_key, 'hypertension' as care from health
    where {{ text_matches('conditions', '; *I1[0-5]') }}
    union all
    select row_key, 'diabetes' as care from health
    where {{ text_matches('conditions', '; *E1[0-4]') }}
)

select distinct
    person_of_statement.person_key,
    care.care
from care
inner join person_of_statement
    on care.row_key = person_of_statement.evidence_key
