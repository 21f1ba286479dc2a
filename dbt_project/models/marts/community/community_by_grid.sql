-- Grain: one row per as_of_date and grid.
{% set counted = community_counts() | reject('equalto', 'grid_workers') | list %}
with figures as (
    {{ figures_by_day(ref('community_change'), counted) }}
),

freshness as (
    select
        grid_day.as_of_date,
        grid_day.grid_code,
        median({{ dbt.datediff('visit_span.valid_from', 'grid_day.as_of_date', 'day') }}) as median_days_since_visit
    from {{ ref('grid_day') }} as grid_day
    inner join {{ ref('visit_span') }} as visit_span
        on
            grid_day.grid_code = visit_span.grid_code
            and {{ in_force('visit_span.valid_from', 'visit_span.valid_to', 'grid_day.as_of_date') }}
    group by grid_day.as_of_date, grid_day.grid_code
),

counts as (
    select
        figures.*,
        cast(grid.grid_worker_name is not null as bigint) as grid_workers,
        freshness.median_days_since_visit
    from figures
    inner join {{ ref('grid') }} as grid on figures.grid_code = grid.grid_code
    left join freshness
        on figures.as_of_date = freshness.as_of_date and figures.grid_code = freshness.grid_code
)

select
    as_of_date,
    grid_code,
    {% for column in community_counts() %}{{ column }},
    {% endfor -%}
    median_days_since_visit,
    {{ community_rates() }}
from counts
