-- Grain: one row per as_of_date, area level and area.
with counts as (
    {{ rolled_up('population_by_grid', population_counts()) }}
),

-- People are separated at an area's own level where they are registered in it and live outside of it.
levelled as (
    select
        *,
        case area_level
            when 'community' then separated_from_community
            when 'street' then separated_from_street
            else separated_from_district
        end as separated_population
    from counts
)

select
    as_of_date,
    area_level,
    area_code,
    {% for column in population_counts() %}{{ column }},
    {% endfor -%}
    separated_population,
    {{ population_rates() }}
from levelled
