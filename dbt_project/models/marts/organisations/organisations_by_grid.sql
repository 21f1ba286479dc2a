-- Grain: one row per as_of_date and grid.
with counts as (
    {{ figures_by_day(ref('organisations_change'), organisations_counts()) }}
)

select
    as_of_date,
    grid_code,
    {% for column in organisations_counts() %}{{ column }},
    {% endfor -%}
    {{ organisations_rates() }}
from counts
