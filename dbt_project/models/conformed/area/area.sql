-- Grain: one row per area level and code: every community, street and district that has a grid.
{{ config(materialized='by_change') }}
with community as (
    select
        community_code as area_code,
        min(street_code) as parent_area_code
    from {{ ref('grid') }}
    group by community_code
),

street as (
    select
        street_code as area_code,
        min(district_code) as parent_area_code
    from {{ ref('grid') }}
    group by street_code
),

areas as (
    select
        'community' as area_level,
        area_code,
        parent_area_code
    from community
    union all
    select
        'street' as area_level,
        area_code,
        parent_area_code
    from street
    union all
    select distinct
        'district' as area_level,
        district_code as area_code,
        cast(null as {{ dbt.type_string() }}) as parent_area_code
    from {{ ref('grid') }}
)

select
    areas.area_code,
    areas.area_level,
    coalesce(area_name.area_name, areas.area_code) as area_name,
    areas.parent_area_code
from areas
left join {{ ref('area_name') }} as area_name
    on areas.area_level = area_name.area_level and areas.area_code = area_name.area_code
