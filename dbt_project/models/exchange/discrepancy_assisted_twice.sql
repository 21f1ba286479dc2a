-- Grain: one row per row of a person after the first among the recipients of assistance (重复救助).
with

ranked as (
    select
        person_key,
        evidence_key,
        row_number() over (partition by person_key order by delivery_id nulls last, source_row nulls last) as place,
        first_value(evidence_key) over (partition by person_key order by delivery_id nulls last, source_row nulls last)
            as other_key
    from {{ ref('person_link') }}
    where extract = 'civil_affairs.assistance_recipients' and role = 'subject'
),

found as (
    select
        evidence_key,
        person_key,
        'status' as attribute,
        other_key,
        'status' as other_attribute
    from ranked
    where place > 1
)

{{ discrepancies_of_statements('found') }}
