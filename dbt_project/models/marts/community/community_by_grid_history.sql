-- Grain: one row per as_of_date and grid, and day from which the figures were known.
{% set counted = community_counts() | reject('equalto', 'grid_workers') | list %}
with figures as (
    {{ figures_as_known(ref('community_change'), counted) }}
),

counts as (
    select
        figures.*,
        cast(grid.grid_worker_name is not null as bigint) as grid_workers
    from figures
    inner join {{ ref('grid') }} as grid on figures.grid_code = grid.grid_code
)

select
    as_of_date,
    grid_code,
    known_on,
    known_until,
    {% for column in community_counts() %}{{ column }},
    {% endfor -%}
    {{ community_rates() }}
from counts
