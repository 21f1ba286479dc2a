-- Grain: one row per as_of_date and grid, and day from which the figures were known.
with counts as (
    {{ figures_as_known(ref('party_change'), party_counts()) }}
)

select
    as_of_date,
    grid_code,
    known_on,
    known_until,
    {% for column in party_counts() %}{{ column }},
    {% endfor -%}
    {{ party_rates() }}
from counts
