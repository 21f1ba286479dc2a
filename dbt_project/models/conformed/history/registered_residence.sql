-- Grain: one row per statement of residence_evidence from a full extract (登记居住证据): since when it is made, and known.
{{ config(materialized='ephemeral') }}

with

register as (
    select
        earliest.extract,
        earliest.delivery_date as first_delivered_on,
        earliest.known_from,
        latest.delivery_date as last_delivered_on
    from {{ ref('full_delivery_day') }} as earliest
    inner join {{ ref('full_delivery_day') }} as latest
        on earliest.extract = latest.extract and earliest.is_first and latest.is_last
)

-- What register_statement does not tell of was said all along.
select
    residence_evidence.evidence_key,
    residence_evidence.person_key,
    residence_evidence.observed_on = register.last_delivered_on as is_renewed,
    register.last_delivered_on,
    case
        when residence_evidence.observed_on < register.last_delivered_on then residence_evidence.observed_on
        else coalesce(began.first_delivered_on, register.first_delivered_on)
    end as observed_on,
    coalesce(began.known_from, register.known_from) as known_from
from {{ ref('residence_evidence') }} as residence_evidence
inner join register on residence_evidence.extract = register.extract
left join {{ ref('register_statement') }} as began
    on residence_evidence.evidence_key = began.row_key and began.last_delivered_on is null
