-- Grain: one row per as_of_date and grid.
with members as (
    select
        as_of_date,
        grid_code,
        count(*) as party_members,
        count(case when category_meaning = 'formal' then 1 end) as formal_members,
        count(case when category_meaning = 'probationary' then 1 end) as probationary_members,
        count(case when age < 35 then 1 end) as members_under_35,
        count(case when age between 35 and 59 then 1 end) as members_35_59,
        count(case when age >= 60 then 1 end) as members_60_and_over,
        count(case when age is null then 1 end) as members_age_unknown,
        count(case when joined_last_year then 1 end) as members_joined_365_days,
        count(case when is_floating then 1 end) as floating_members,
        count(case when is_written_elsewhere then 1 end) as members_written_elsewhere,
        count(distinct party_branch) as party_branches
    from {{ ref('party_member_state') }}
    group by as_of_date, grid_code
),

counts as (
    select
        grid_day.as_of_date,
        grid_day.grid_code,
        {{ zero_filled(party_counts() + ['party_branches']) }}
    from {{ ref('grid_day') }} as grid_day
    left join members
        on grid_day.grid_code = members.grid_code and grid_day.as_of_date = members.as_of_date
)

select
    as_of_date,
    grid_code,
    {% for column in party_counts() %}{{ column }},
    {% endfor -%}
    party_branches,
    {{ party_rates() }}
from counts
