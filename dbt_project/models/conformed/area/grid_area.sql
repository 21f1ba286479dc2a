-- Grain: one row per grid and area that it lies in: its community, its street and its district.
{{ config(materialized='by_change') }}
select
    grid_code,
    'community' as area_level,
    community_code as area_code
from {{ ref('grid') }}
union all
select
    grid_code,
    'street' as area_level,
    street_code as area_code
from {{ ref('grid') }}
union all
select
    grid_code,
    'district' as area_level,
    district_code as area_code
from {{ ref('grid') }}
