-- Grain: one row per as_of_date, area level and area.
with counts as (
    {{ rolled_up('housing_by_grid', housing_counts(), housing_decimals()) }}
)

select
    as_of_date,
    area_level,
    area_code,
    {% for column in housing_counts() %}{{ column }},
    {% endfor -%}
    {{ housing_rates() }}
from counts
