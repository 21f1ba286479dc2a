-- Grain: one row per as_of_date, area level and area.
with counts as (
    {{ rolled_up('organisations_by_grid', organisations_counts()) }}
)

select
    as_of_date,
    area_level,
    area_code,
    {% for column in organisations_counts() %}{{ column }},
    {% endfor -%}
    {{ organisations_rates() }}
from counts
