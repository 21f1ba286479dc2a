-- Grain: one row per current row that became known after the first day (后获知记录): from when the row was known, and from
-- when anything of its record.
with

day as (
    select distinct first_day from {{ ref('day') }}
),

first_version as (
    select
        extract,
        record_key,
        min(known_from) as known_from
    from {{ ref('past_record') }}
    group by extract, record_key
)

select
    source_record.row_key,
    source_record.extract,
    source_record.record_key,
    learnt_delivery.known_from,
    least(coalesce(first_version.known_from, learnt_delivery.known_from), learnt_delivery.known_from)
        as first_known_from
from {{ ref('source_record') }} as source_record
cross join day
inner join {{ ref('learnt_delivery') }} as learnt_delivery
    on source_record.extract = learnt_delivery.extract and source_record.delivery_id = learnt_delivery.delivery_id
left join first_version
    on source_record.extract = first_version.extract and source_record.record_key = first_version.record_key
where learnt_delivery.known_from > day.first_day
