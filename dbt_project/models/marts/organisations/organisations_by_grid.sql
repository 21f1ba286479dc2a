-- Grain: one row per as_of_date and grid.
with enterprises as (
    select
        as_of_date,
        grid_code,
        count(*) as enterprises,
        count(case when status_meaning = 'active' then 1 end) as active_enterprises,
        count(case when status_meaning = 'cancelled' then 1 end) as cancelled_enterprises,
        count(case when status_meaning = 'revoked' then 1 end) as revoked_enterprises,
        count(case when status_meaning not in ('active', 'cancelled', 'revoked') then 1 end)
            as other_status_enterprises,
        cast(sum(case when status_meaning = 'active' then employees end) as bigint) as employees,
        count(case when established_last_year then 1 end) as established_365_days,
        count(case when status_meaning = 'active' and is_at_dwelling then 1 end) as active_at_dwellings,
        count(case when status_meaning = 'active' and is_representative_resident then 1 end)
            as active_representative_resident,
        {% for section in industry_sections() %}
        count(case when status_meaning = 'active' and industry_section = '{{ section | upper }}' then 1 end)
            as active_section_{{ section }},
        {% endfor %}
        count(case when status_meaning = 'active' and industry_section is null then 1 end) as active_section_unknown
    from {{ ref('enterprise_state') }}
    group by as_of_date, grid_code
),

counts as (
    select
        grid_day.as_of_date,
        grid_day.grid_code,
        {{ zero_filled(organisations_counts()) }}
    from {{ ref('grid_day') }} as grid_day
    left join enterprises
        on grid_day.grid_code = enterprises.grid_code and grid_day.as_of_date = enterprises.as_of_date
)

select
    as_of_date,
    grid_code,
    {% for column in organisations_counts() %}{{ column }},
    {% endfor -%}
    {{ organisations_rates() }}
from counts
