-- Grain: one row per as_of_date and grid.
with incidents as (
    select
        as_of_date,
        grid_code,
        count(*) as incidents,
        count(case when not is_closed then 1 end) as open_incidents,
        count(case when is_closed then 1 end) as closed_incidents,
        count(case when is_recent then 1 end) as incidents_30_days,
        count(case when is_closed_recently then 1 end) as closed_30_days,
        count(case when not is_closed and is_past_deadline then 1 end) as overdue_incidents,
        count(case when is_closed and is_on_time is not null then 1 end) as closed_with_deadline,
        count(case when is_closed and is_on_time then 1 end) as closed_on_time,
        count(case when is_repeat then 1 end) as repeated_incidents,
        {% for class in incident_classes() %}
        count(case when main_class = '{{ class }}' then 1 end) as {{ class }}_incidents,
        count(case when main_class = '{{ class }}' and is_recent then 1 end) as {{ class }}_incidents_30_days,
        {% endfor %}
        {{ ratio('median(case when is_closed then closing_minutes end)', '60') }} as median_closing_hours
    from {{ ref('incident_state') }}
    group by as_of_date, grid_code
),

counts as (
    select
        grid_day.as_of_date,
        grid_day.grid_code,
        {{ zero_filled(safety_counts()) }},
        incidents.median_closing_hours
    from {{ ref('grid_day') }} as grid_day
    left join incidents
        on grid_day.grid_code = incidents.grid_code and grid_day.as_of_date = incidents.as_of_date
)

select
    as_of_date,
    grid_code,
    {% for column in safety_counts() %}{{ column }},
    {% endfor -%}
    median_closing_hours,
    {{ safety_rates() }}
from counts
