-- Grain: one row per statement of where a person lives that was ever made and span in which it held (居住陈述版本), of the
-- people about whom anything was stated after the first day; everybody else has lived where they live since then.
with

stated as (
    select
        residence_evidence.person_key,
        residence_evidence.extract,
        residence_evidence.evidence_key,
        source_record.record_key,
        case when registered.evidence_key is null then source_record.delivery_id end as delivery_id,
        source_record.delivery_date,
        case when registered.evidence_key is null then source_record.source_row end as source_row,
        residence_evidence.address_code,
        residence_evidence.grid_code,
        coalesce(registered.observed_on, residence_evidence.observed_on) as observed_on,
        residence_evidence.lives_here,
        residence_evidence.standing
        + coalesce({{ dbt.datediff('registered.observed_on', 'residence_evidence.observed_on', 'day') }}, 0)
            as standing,
        coalesce(registered.is_renewed, false) as is_renewed,
        registered.known_from,
        cast(null as date) as known_to
    from {{ ref('residence_evidence') }} as residence_evidence
    inner join {{ ref('moving_person') }} as moving_person on residence_evidence.person_key = moving_person.person_key
    inner join {{ ref('source_record') }} as source_record on residence_evidence.evidence_key = source_record.row_key
    left join {{ ref('registered_residence') }} as registered
        on residence_evidence.evidence_key = registered.evidence_key
    union all
    select
        person_key,
        extract,
        evidence_key,
        record_key,
        delivery_id,
        delivery_date,
        source_row,
        address_code,
        grid_code,
        observed_on,
        lives_here,
        standing,
        is_renewed,
        known_from,
        known_to
    from {{ ref('past_residence') }}
)

select
    stated.person_key,
    stated.extract,
    stated.evidence_key,
    stated.record_key,
    stated.delivery_id,
    stated.delivery_date,
    stated.source_row,
    stated.address_code,
    stated.grid_code,
    stated.observed_on,
    stated.lives_here,
    stated.standing,
    stated.is_renewed,
    greatest(coalesce(stated.known_from, learnt_delivery.known_from), delivery_span.known_from) as known_from,
    least(coalesce(stated.known_to, learnt_delivery.known_to), delivery_span.known_to) as known_to,
    delivery_span.valid_to
from stated
left join {{ ref('learnt_delivery') }} as learnt_delivery
    on stated.extract = learnt_delivery.extract and stated.delivery_id = learnt_delivery.delivery_id
left join {{ ref('delivery_span') }} as delivery_span
    on
        stated.extract = delivery_span.extract
        and stated.delivery_date = delivery_span.delivery_date
        and coalesce(delivery_span.known_to > stated.known_from, true)
        and coalesce(delivery_span.known_from < stated.known_to, true)
