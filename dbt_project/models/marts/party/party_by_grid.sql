-- Grain: one row per as_of_date and grid.
with counts as (
    {{ figures_by_day(ref('party_change'), party_counts()) }}
),

branches as (
    select
        grid_day.as_of_date,
        grid_day.grid_code,
        count(distinct member.party_branch) as party_branches
    from {{ ref('grid_day') }} as grid_day
    inner join {{ ref('party_member_span') }} as member
        on
            grid_day.grid_code = member.grid_code
            and {{ in_force('member.valid_from', 'member.valid_to', 'grid_day.as_of_date') }}
    group by grid_day.as_of_date, grid_day.grid_code
)

select
    counts.as_of_date,
    counts.grid_code,
    {% for column in party_counts() %}counts.{{ column }},
    {% endfor -%}
    coalesce(branches.party_branches, 0) as party_branches,
    {{ party_rates() }}
from counts
left join branches on counts.as_of_date = branches.as_of_date and counts.grid_code = branches.grid_code
