-- Grain: one row per as_of_date, area level and area.
with counts as (
    {{ rolled_up('community_by_grid', community_counts()) }}
),

-- A median does not add up: it is taken again from the dwellings of the area.
freshness as (
    select
        grid_day.as_of_date,
        grid_area.area_level,
        grid_area.area_code,
        median({{ dbt.datediff('visit_span.valid_from', 'grid_day.as_of_date', 'day') }}) as median_days_since_visit
    from {{ ref('grid_day') }} as grid_day
    inner join {{ ref('visit_span') }} as visit_span
        on
            grid_day.grid_code = visit_span.grid_code
            and {{ in_force('visit_span.valid_from', 'visit_span.valid_to', 'grid_day.as_of_date') }}
    inner join {{ ref('grid_area') }} as grid_area on grid_day.grid_code = grid_area.grid_code
    group by grid_day.as_of_date, grid_area.area_level, grid_area.area_code
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
