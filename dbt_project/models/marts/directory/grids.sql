-- Grain: one row per grid: its name, its areas and its shape, for labels and maps.
select
    grid.grid_code,
    grid.grid_name,
    grid.community_code,
    community.area_name as community_name,
    grid.street_code,
    street.area_name as street_name,
    grid.district_code,
    district.area_name as district_name,
    grid.geometry
from {{ ref('grid') }} as grid
left join {{ ref('area') }} as community
    on grid.community_code = community.area_code and community.area_level = 'community'
left join {{ ref('area') }} as street
    on grid.street_code = street.area_code and street.area_level = 'street'
left join {{ ref('area') }} as district
    on grid.district_code = district.area_code and district.area_level = 'district'
