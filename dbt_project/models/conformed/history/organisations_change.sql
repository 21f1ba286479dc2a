-- Grain: one row per grid, day and day on which it was learnt, on which figures of enterprises change (市场主体指标变动).
with

changing as (
    select
        grid_code,
        valid_from,
        valid_to,
        known_from,
        known_to,
        {{ enterprise_sums() }}
    from {{ ref('enterprise_change') }}
    where grid_code is not null
    group by grid_code, valid_from, valid_to, known_from, known_to
),

counted as (
    select
        grid_code,
        {{ enterprise_sums() }}
    from {{ ref('enterprise_state') }}
    where grid_code is not null
    group by grid_code
),

-- A sum over nothing is nothing, not missing.
filled as (
    select
        grid_code,
        valid_from,
        valid_to,
        known_from,
        known_to,
        {{ zero_filled(organisations_counts()) }}
    from changing
),

corner as (
    {{ corners('filled', organisations_counts()) }}
),

{{ changes_by_grid('corner', 'counted', organisations_counts(), organisations_counts()) }}
