-- Grain: one row per grid: the rule on group letting (群租) of its city, the one with the longest matching area prefix.
{{ config(materialized='by_change') }}
with matching as (
    select
        grid.grid_code,
        rule.city,
        rule.minimum_area_per_person,
        rule.people_from,
        rule.maximum_people_per_room,
        rule.floor_area_per_room,
        rule.maximum_people,
        row_number() over (
            partition by grid.grid_code order by length(replace(rule.area_prefix, '*', '')) desc nulls last
        ) as preference
    from {{ ref('grid') }} as grid
    inner join {{ ref('group_letting') }} as rule
        on rule.area_prefix = '*' or rule.area_prefix = substr(grid.grid_code, 1, length(rule.area_prefix))
)

select
    grid_code,
    city,
    minimum_area_per_person,
    people_from,
    maximum_people_per_room,
    floor_area_per_room,
    maximum_people
from matching
where preference = 1
