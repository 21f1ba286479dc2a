-- Grain: one row per as_of_date, area level and area.
with counts as (
    {{ rolled_up('safety_by_grid', safety_counts()) }}
),

-- A median does not add up: it is taken again from the incidents of the area.
closing as (
    select
        grid_day.as_of_date,
        grid_area.area_level,
        grid_area.area_code,
        {{ ratio('median(incident_closing.closing_minutes)', '60') }} as median_closing_hours
    from {{ ref('grid_day') }} as grid_day
    inner join {{ ref('incident_closing') }} as incident_closing
        on
            grid_day.grid_code = incident_closing.grid_code
            and coalesce(incident_closing.closed_on <= grid_day.as_of_date, true)
    inner join {{ ref('grid_area') }} as grid_area on grid_day.grid_code = grid_area.grid_code
    group by grid_day.as_of_date, grid_area.area_level, grid_area.area_code
)

select
    counts.as_of_date,
    counts.area_level,
    counts.area_code,
    {% for column in safety_counts() %}counts.{{ column }},
    {% endfor -%}
    closing.median_closing_hours,
    {{ safety_rates() }}
from counts
left join closing
    on
        counts.as_of_date = closing.as_of_date
        and counts.area_level = closing.area_level
        and counts.area_code = closing.area_code
