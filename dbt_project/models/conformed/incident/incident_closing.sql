-- Grain: one row per closed incident (已办结事件): its grid, the day from which it was closed, and how long that took.
{{ config(materialized='view') }}

select
    incident_key,
    grid_code,
    greatest(cast(closed_at as date), cast(reported_at as date)) as closed_on,
    case
        when closed_at >= reported_at
            then cast({{ dbt.datediff('reported_at', 'closed_at', 'minute') }} as bigint)
    end as closing_minutes
from {{ ref('incident') }}
where is_closed
