-- Grain: one row per area level and code that any row names: its commonest spelling, of equals the first in order.
{{ config(materialized='by_change') }}
with named as (
    select
        'community' as area_level,
        community_code as area_code,
        community_name as area_name,
        count(*) as mentions
    from {{ ref('stg_grid_office__grids') }}
    group by community_code, community_name
    union all
    select
        'street' as area_level,
        street_code as area_code,
        street_name as area_name,
        count(*) as mentions
    from {{ ref('stg_grid_office__grids') }}
    group by street_code, street_name
    {% for level, digits in [('community', 12), ('street', 9), ('district', 6)] %}
    union all
    select
        '{{ level }}' as area_level,
        substr(grid_code, 1, {{ digits }}) as area_code,
        {{ level }} as area_name,
        count(*) as mentions
    from {{ ref('stg_grid_office__standard_addresses') }}
    group by substr(grid_code, 1, {{ digits }}), {{ level }}
    {% endfor %}
),

-- The register has thousands of rows for each grid of the map, so spellings are counted over both.
spelled as (
    select
        area_level,
        area_code,
        area_name,
        row_number() over (
            partition by area_level, area_code order by sum(mentions) desc nulls last, area_name asc nulls last
        ) as preference
    from named
    where area_code is not null and area_name is not null and area_name <> ''
    group by area_level, area_code, area_name
)

select
    area_level,
    area_code,
    area_name
from spelled
where preference = 1
