-- Grain: one row per area level and area, for labels.
select
    area_level,
    area_code,
    area_name,
    parent_area_code
from {{ ref('area') }}
