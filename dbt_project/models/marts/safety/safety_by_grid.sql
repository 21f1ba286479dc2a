-- Grain: one row per as_of_date and grid.
with counts as (
    {{ figures_by_day(ref('safety_change'), safety_counts()) }}
),

-- A median does not add up: it is taken anew of all that was closed by the day.
closing as (
    select
        grid_day.as_of_date,
        grid_day.grid_code,
        {{ ratio('median(incident_closing.closing_minutes)', '60') }} as median_closing_hours
    from {{ ref('grid_day') }} as grid_day
    inner join {{ ref('incident_closing') }} as incident_closing
        on
            grid_day.grid_code = incident_closing.grid_code
            and coalesce(incident_closing.closed_on <= grid_day.as_of_date, true)
    group by grid_day.as_of_date, grid_day.grid_code
)

select
    counts.as_of_date,
    counts.grid_code,
    {% for column in safety_counts() %}counts.{{ column }},
    {% endfor -%}
    closing.median_closing_hours,
    {{ safety_rates() }}
from counts
left join closing on counts.as_of_date = closing.as_of_date and counts.grid_code = closing.grid_code
