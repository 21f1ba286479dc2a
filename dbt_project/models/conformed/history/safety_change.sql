-- Grain: one row per grid, day and day on which it was learnt, on which figures of incidents change (事件指标变动).
with

changing as (
    select
        grid_code,
        valid_from,
        valid_to,
        known_from,
        known_to,
        {{ incident_sums() }}
    from {{ ref('incident_change') }}
    where grid_code is not null
    group by grid_code, valid_from, valid_to, known_from, known_to
),

counted as (
    select
        grid_code,
        {{ incident_sums() }}
    from {{ ref('incident_state') }}
    where grid_code is not null
    group by grid_code
),

corner as (
    {{ corners('changing', safety_counts()) }}
),

{{ changes_by_grid('corner', 'counted', safety_counts(), safety_counts()) }}
