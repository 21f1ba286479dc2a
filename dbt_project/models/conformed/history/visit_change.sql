-- Grain: one row per grid, day and day on which it was learnt, on which figures of visits change (走访指标变动).
with

changing as (
    select
        grid_code,
        valid_from,
        valid_to,
        known_from,
        known_to,
        {{ visit_sums() }}
    from {{ ref('dwelling_change') }}
    where grid_code is not null
    group by grid_code, valid_from, valid_to, known_from, known_to
),

counted as (
    select
        grid_code,
        {{ visit_sums() }}
    from {{ ref('dwelling_state') }}
    where grid_code is not null
    group by grid_code
),

corner as (
    {{ corners('changing', visit_counts()) }}
),

{{ changes_by_grid('corner', 'counted', visit_counts(), visit_counts()) }}
