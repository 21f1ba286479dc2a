-- Grain: one row per as_of_date, area level and area.
with counts as (
    {{ rolled_up('community_by_grid', community_counts()) }}
),

-- A median does not add up: it is taken again from the dwellings of the area.
freshness as (
    select
        dwelling_state.as_of_date,
        grid_area.area_level,
        grid_area.area_code,
        median({{ dbt.datediff('dwelling_state.visited_on', 'dwelling_state.as_of_date', 'day') }})
            as median_days_since_visit
    from {{ ref('dwelling_state') }} as dwelling_state
    inner join {{ ref('grid_area') }} as grid_area on dwelling_state.grid_code = grid_area.grid_code
    where dwelling_state.visited_on is not null
    group by dwelling_state.as_of_date, grid_area.area_level, grid_area.area_code
)

select
    counts.as_of_date,
    counts.area_level,
    counts.area_code,
    {% for column in community_counts() %}counts.{{ column }},
    {% endfor -%}
    freshness.median_days_since_visit,
    {{ community_rates() }}
from counts
left join freshness
    on
        counts.as_of_date = freshness.as_of_date
        and counts.area_level = freshness.area_level
        and counts.area_code = freshness.area_code
