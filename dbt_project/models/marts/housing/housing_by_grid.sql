-- Grain: one row per as_of_date and grid.
with counts as (
    {{ figures_by_day(ref('housing_change'), housing_counts()) }}
)

select
    as_of_date,
    grid_code,
    {% for column in housing_counts() %}{{ column }},
    {% endfor -%}
    {{ housing_rates() }}
from counts
