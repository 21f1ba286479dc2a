-- Grain: one row per grid code, from the grid office's map and, where the map lacks a grid, from the address register.
{{ config(materialized='by_change') }}
with mapped as (
    select
        grid_code,
        grid_name,
        community_code,
        street_code,
        grid_worker_name,
        grid_worker_phone,
        geometry,
        row_number() over (partition by grid_code order by row_key desc nulls last) as recency
    from {{ ref('stg_grid_office__grids') }}
    where length(grid_code) = 15
),

registered as (
    select distinct grid_code
    from {{ ref('stg_grid_office__standard_addresses') }}
    where length(grid_code) = 15
)

-- A grid code begins with the codes of its community, street and district (DB6101/T 3185), which fill what a row lacks.
select
    coalesce(mapped.grid_code, registered.grid_code) as grid_code,
    coalesce(mapped.grid_name, registered.grid_code) as grid_name,
    coalesce(mapped.community_code, substr(coalesce(mapped.grid_code, registered.grid_code), 1, 12)) as community_code,
    coalesce(mapped.street_code, substr(coalesce(mapped.grid_code, registered.grid_code), 1, 9)) as street_code,
    substr(coalesce(mapped.grid_code, registered.grid_code), 1, 6) as district_code,
    mapped.grid_worker_name,
    mapped.grid_worker_phone,
    mapped.geometry,
    mapped.grid_code is not null as is_mapped
from (select * from mapped where recency = 1) as mapped
full outer join registered on mapped.grid_code = registered.grid_code
