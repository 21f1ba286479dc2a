-- Grain: one row per as_of_date and grid, and day from which the figures were known.
with counts as (
    {{ figures_as_known(ref('housing_change'), housing_counts()) }}
)

select
    as_of_date,
    grid_code,
    known_on,
    known_until,
    {% for column in housing_counts() %}{{ column }},
    {% endfor -%}
    {{ housing_rates() }}
from counts
