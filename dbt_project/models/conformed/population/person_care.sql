-- Grain: one row per person and kind of care that a department's current rows give them.
with assistance as (
    select
        recipients.extract,
        recipients.delivery_id,
        recipients.source_row,
        coalesce(meaning.meaning, 'other_assistance') as category
    from {{ ref('stg_civil_affairs__assistance_recipients') }} as recipients
    left join {{ ref('category_meaning') }} as meaning
        on recipients.assistance_category = meaning.code and meaning.code_set = 'assistance_category'
),

health as (
    select
        extract,
        delivery_id,
        source_row,
        elderly_managed,
        ';' || upper(chronic_conditions) as conditions
    from {{ ref('stg_health__resident_records') }}
    where elderly_managed or chronic_conditions <> ''
),

care as (
    select extract, delivery_id, source_row, 'assistance' as care from assistance
    union all
    select extract, delivery_id, source_row, category as care from assistance
    union all
    -- A status that no rule names is taken for a valid certificate.
    select certificates.extract, certificates.delivery_id, certificates.source_row, 'disability_certificate' as care
    from {{ ref('stg_disabled_federation__disability_certificates') }} as certificates
    left join {{ ref('category_meaning') }} as meaning
        on certificates.status = meaning.code and meaning.code_set = 'disability_status'
    where coalesce(meaning.meaning, 'valid') = 'valid'
    union all
    select extract, delivery_id, source_row, 'student' as care from {{ ref('stg_education__students') }}
    union all
    select extract, delivery_id, source_row, 'elderly_managed' as care from health where elderly_managed
    union all
    select extract, delivery_id, source_row, 'chronic_condition' as care from health where conditions <> ';'
    union all
    -- ICD-10: I10 to I15 are hypertensive diseases, E10 to E14 diabetes mellitus.
    select extract, delivery_id, source_row, 'hypertension' as care from health
    where {{ text_matches('conditions', '; *I1[0-5]') }}
    union all
    select extract, delivery_id, source_row, 'diabetes' as care from health
    where {{ text_matches('conditions', '; *E1[0-4]') }}
)

select distinct
    person_link.person_key,
    care.care
from care
inner join {{ ref('person_link') }} as person_link
    on
        care.extract = person_link.extract
        and care.delivery_id = person_link.delivery_id
        and care.source_row = person_link.source_row
        and person_link.role = 'subject'
