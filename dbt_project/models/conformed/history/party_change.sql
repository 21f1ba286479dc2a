-- Grain: one row per grid, day and day on which it was learnt, on which figures of party members change (党员指标变动).
with

changing as (
    select
        grid_code,
        valid_from,
        valid_to,
        known_from,
        known_to,
        {{ party_sums() }}
    from {{ ref('party_member_change') }}
    where grid_code is not null
    group by grid_code, valid_from, valid_to, known_from, known_to
),

counted as (
    select
        grid_code,
        {{ party_sums() }}
    from {{ ref('party_member_state') }}
    where grid_code is not null
    group by grid_code
),

corner as (
    {{ corners('changing', party_counts()) }}
),

{{ changes_by_grid('corner', 'counted', party_counts(), party_counts()) }}
