-- Grain: one row per current row of an extract of changes that became known after the first day (后获知记录): from when the
-- row was known, and from when anything of its record.
with

day as (
    select distinct first_day from {{ ref('day') }}
),

past_record as (
    select * from {{ ref('past_record') }}
)

select
    source_record.row_key,
    source_record.extract,
    source_record.record_key,
    learnt_delivery.known_from,
    least(coalesce(past_record.known_from, learnt_delivery.known_from), learnt_delivery.known_from)
        as first_known_from
from {{ ref('source_record') }} as source_record
cross join day
inner join {{ ref('learnt_delivery') }} as learnt_delivery
    on source_record.extract = learnt_delivery.extract and source_record.delivery_id = learnt_delivery.delivery_id
left join past_record
    on source_record.extract = past_record.extract and source_record.record_key = past_record.record_key
where
    learnt_delivery.known_from > day.first_day
    and source_record.extract in (
        {% for contract in contracts() if contract.kind == 'change' %}
        '{{ contract.id }}'{{ ',' if not loop.last }}
        {% endfor %}
    )
