-- Grain: one row per as_of_date and incident reported by then.
with ordered as (
    select
        *,
        lag(reported_at) over (
            partition by address_code, type_code order by reported_at asc nulls last, incident_key asc nulls last
        ) as reported_before_at
    from {{ ref('incident') }}
)

select
    as_of.as_of_date,
    ordered.incident_key,
    ordered.grid_code,
    ordered.main_class,
    -- A closed event was still open on the days before it was closed.
    ordered.is_closed and (ordered.closed_at is null or cast(ordered.closed_at as date) <= as_of.as_of_date)
        as is_closed,
    {{ within_last('ordered.reported_at', 'as_of.as_of_date', 'recent_days') }} as is_recent,
    ordered.is_closed and {{ within_last('ordered.closed_at', 'as_of.as_of_date', 'recent_days') }}
        as is_closed_recently,
    cast(ordered.deadline as date) < as_of.as_of_date as is_past_deadline,
    ordered.closed_at <= ordered.deadline as is_on_time,
    case
        when ordered.closed_at >= ordered.reported_at
            then cast({{ dbt.datediff('ordered.reported_at', 'ordered.closed_at', 'minute') }} as bigint)
    end as closing_minutes,
    -- The same kind of event at the same dwelling again: what was closed was not solved.
    ordered.address_code is not null
    and ordered.type_code is not null
    and coalesce(
        {{ dbt.datediff('ordered.reported_before_at', 'ordered.reported_at', 'day') }}
        <= {{ figure('repeat_window_days') }},
        false
    ) as is_repeat
from {{ ref('as_of') }} as as_of
inner join ordered
    on ordered.reported_at is null or cast(ordered.reported_at as date) <= as_of.as_of_date
