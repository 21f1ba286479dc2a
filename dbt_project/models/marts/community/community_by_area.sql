-- Grain: one row per as_of_date, area level and area.
with counts as (
    {{ rolled_up('community_by_grid', community_counts()) }}
),

-- A median does not add up: it is taken again from the visits of the area, of which many are of one day.
visited as (
    select
        grid_code,
        valid_from,
        valid_to,
        count(*) as visits
    from {{ ref('visit_span') }}
    group by grid_code, valid_from, valid_to
),

visited_in_area as (
    select
        grid_area.area_level,
        grid_area.area_code,
        visited.valid_from,
        visited.valid_to,
        sum(visited.visits) as visits
    from visited
    inner join {{ ref('grid_area') }} as grid_area on visited.grid_code = grid_area.grid_code
    group by grid_area.area_level, grid_area.area_code, visited.valid_from, visited.valid_to
),

ranked as (
    select
        day.as_of_date,
        visited.area_level,
        visited.area_code,
        {{ dbt.datediff('visited.valid_from', 'day.as_of_date', 'day') }} as days_since_visit,
        sum(visited.visits) over (
            partition by day.as_of_date, visited.area_level, visited.area_code order by visited.valid_from desc
        ) as visits_since,
        sum(visited.visits) over (
            partition by day.as_of_date, visited.area_level, visited.area_code
        ) as visits
    from {{ ref('day') }} as day
    inner join visited_in_area as visited
        on {{ in_force('visited.valid_from', 'visited.valid_to', 'day.as_of_date') }}
),

-- Half of the visits are no longer ago; of an even number two stand in the middle.
freshness as (
    select
        as_of_date,
        area_level,
        area_code,
        cast(
            min(case when 2 * visits_since >= visits then days_since_visit end)
            + min(case when 2 * visits_since > visits then days_since_visit end) as double
        ) / 2 as median_days_since_visit
    from ranked
    group by as_of_date, area_level, area_code
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
