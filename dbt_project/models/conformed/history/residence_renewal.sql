-- Grain: one row per statement of residence_version and later day on which a full extract without a date of its own
-- made it again (居住陈述更新), of people of whom somebody says otherwise: from then on it counts for more.
{{ config(materialized='ephemeral') }}

with

residence_version as (
    select * from {{ ref('residence_version') }}
),

disputed as (
    select person_key
    from residence_version
    group by person_key
    having
        count(distinct {{ stated_place('residence_version') }}) > 1
        and max(case when is_renewed then 1 else 0 end) = 1
),

-- In a record that stands there with a date and without one, the days on which it was said again tell which counts.
half_dated as (
    select
        extract,
        record_key
    from residence_version
    where delivery_id is null
    group by extract, record_key
    having count(distinct is_renewed) > 1
)

select
    residence_version.person_key,
    day_of_delivery.delivery_date as valid_day,
    case
        when day_of_delivery.known_from > day_of_delivery.delivery_date or half_dated.record_key is not null
            then day_of_delivery.known_from
    end as known_day
from residence_version
inner join disputed on residence_version.person_key = disputed.person_key
inner join {{ ref('full_delivery_day') }} as day_of_delivery
    on
        residence_version.extract = day_of_delivery.extract
        and residence_version.observed_on < day_of_delivery.delivery_date
        and residence_version.delivery_date >= day_of_delivery.delivery_date
left join half_dated
    on residence_version.extract = half_dated.extract and residence_version.record_key = half_dated.record_key
where residence_version.is_renewed
