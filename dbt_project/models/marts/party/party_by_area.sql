-- Grain: one row per as_of_date, area level and area.
with counts as (
    {{ rolled_up('party_by_grid', party_counts()) }}
),

-- A branch with members in two grids is one branch of the area.
branches as (
    select
        grid_day.as_of_date,
        grid_area.area_level,
        grid_area.area_code,
        count(distinct member.party_branch) as party_branches
    from {{ ref('grid_day') }} as grid_day
    inner join {{ ref('party_member_span') }} as member
        on
            grid_day.grid_code = member.grid_code
            and {{ in_force('member.valid_from', 'member.valid_to', 'grid_day.as_of_date') }}
    inner join {{ ref('grid_area') }} as grid_area on grid_day.grid_code = grid_area.grid_code
    group by grid_day.as_of_date, grid_area.area_level, grid_area.area_code
)

select
    counts.as_of_date,
    counts.area_level,
    counts.area_code,
    {% for column in party_counts() %}counts.{{ column }},
    {% endfor -%}
    coalesce(branches.party_branches, 0) as party_branches,
    {{ party_rates() }}
from counts
left join branches
    on
        counts.as_of_date = branches.as_of_date
        and counts.area_level = branches.area_level
        and counts.area_code = branches.area_code
