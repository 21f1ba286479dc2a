-- Grain: one row per correction order ever issued (校核单): where it stands, by deliveries, replies and reports alone.
with

-- The first report made the order; the last one says what was asked for, and by when.
issued as (
    select
        order_id,
        min(period) as period,
        min(reported_on) as issued_on,
        max(reported_on) as reported_on,
        {{ first_value_by('deadline', days_before('reported_on')) }} as deadline,
        {{ first_value_by('version', days_before('reported_on')) }} as version,
        {{ first_value_by('likely_at_fault', days_before('reported_on')) }} as likely_at_fault,
        min(kind) as kind,
        min(extract) as extract,
        min(role) as role,
        min(record_key) as record_key,
        min(column_name) as column_name
    from {{ ref('correction_order_report') }}
    where side = 'own'
    group by order_id
),

other as (
    select
        report.order_id,
        min(split_part(report.extract, '.', 1)) as other_department
    from {{ ref('correction_order_report') }} as report
    inner join issued on report.order_id = issued.order_id
    where report.side = 'other' and split_part(report.extract, '.', 1) <> split_part(issued.extract, '.', 1)
    group by report.order_id
)

select
    issued.order_id,
    issued.period,
    issued.issued_on,
    issued.deadline,
    split_part(issued.extract, '.', 1) as department,
    other.other_department,
    issued.kind,
    discrepancy_kind.severity,
    issued.extract,
    issued.role,
    issued.record_key,
    issued.version,
    issued.column_name,
    issued.likely_at_fault,
    case
        when turn.closed_on is not null then 'closed'
        when turn.answer = 'disputed' then 'disputed'
        when turn.answer is not null then 'replied'
        when turn.reopened_on is not null then 'reopened'
        else 'issued'
    end as state,
    coalesce(turn.closed_on, turn.replied_on, turn.opened_on) as state_on,
    turn.answer,
    turn.replied_on,
    turn.first_replied_on,
    turn.closed_on,
    turn.reopened_on,
    turn.reopened_count,
    -- What was opened again has no new deadline before it is put before its department again.
    case
        when turn.opened_on > issued.reported_on then cast(null as boolean)
        when least(turn.answered_on, turn.closed_on) is not null
            then least(turn.answered_on, turn.closed_on) <= issued.deadline
        when as_of.as_of_date > issued.deadline then false
    end as is_in_time
from issued
inner join {{ ref('correction_order_turn') }} as turn on issued.order_id = turn.order_id
inner join {{ ref('discrepancy_kind') }} as discrepancy_kind on issued.kind = discrepancy_kind.kind
cross join (select max(as_of_date) as as_of_date from {{ ref('as_of') }}) as as_of
left join other on issued.order_id = other.order_id
