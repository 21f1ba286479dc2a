-- Grain: one row per grid, day and day on which it was learnt, on which figures of dwellings change (房屋指标变动).
with

changing as (
    select
        grid_code,
        valid_from,
        valid_to,
        known_from,
        known_to,
        {{ housing_sums() }}
    from {{ ref('dwelling_change') }}
    where grid_code is not null
    group by grid_code, valid_from, valid_to, known_from, known_to
),

counted as (
    select
        grid_code,
        {{ housing_sums() }}
    from {{ ref('dwelling_state') }}
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
        {{ zero_filled(housing_counts()) }}
    from changing
),

corner as (
    {{ corners('filled', housing_counts()) }}
),

{{ changes_by_grid('corner', 'counted', housing_counts(), housing_counts()) }}
