-- Grain: one row per as_of_date and grid.
with dwellings as (
    select
        as_of_date,
        grid_code,
        count(*) as dwellings,
        count(case when residents > 0 then 1 end) as occupied_dwellings,
        count(case when is_let then 1 end) as let_dwellings,
        count(case when is_vacant then 1 end) as vacant_dwellings,
        count(case when is_let and residents = 0 then 1 end) as let_without_residents,
        count(case when is_suspected_group_letting then 1 end) as suspected_group_letting,
        count(case when is_in_housing_register then 1 end) as dwellings_in_housing_register,
        count(case when not is_in_housing_register then 1 end) as dwellings_without_register,
        cast(sum(floor_area) as decimal(18, 2)) as floor_area,
        cast(sum(case when residents > 0 then floor_area end) as decimal(18, 2)) as occupied_floor_area,
        cast(sum(residents) as bigint) as residents,
        cast(sum(case when floor_area > 0 then residents end) as bigint) as residents_with_floor_area,
        cast(sum(case when is_let then residents end) as bigint) as residents_in_let_dwellings,
        cast(sum(tenancies) as bigint) as current_tenancies,
        {% for use in ['dwelling', 'commercial', 'office', 'industrial', 'storage', 'mixed', 'other'] %}
        count(case when is_in_housing_register and house_use_meaning = '{{ use }}' then 1 end) as use_{{ use }},
        {% endfor %}
        {% for kind in ['commodity', 'privatised', 'affordable', 'self_built', 'other'] %}
        count(case when is_in_housing_register and ownership_meaning = '{{ kind }}' then 1 end) as kind_{{ kind }},
        {% endfor %}
        cast(sum(contract_occupants) as bigint) as tenancy_occupants
    from {{ ref('dwelling_state') }}
    group by as_of_date, grid_code
),

counts as (
    select
        grid_day.as_of_date,
        grid_day.grid_code,
        {{ zero_filled(housing_counts()) }}
    from {{ ref('grid_day') }} as grid_day
    left join dwellings
        on grid_day.grid_code = dwellings.grid_code and grid_day.as_of_date = dwellings.as_of_date
)

select
    as_of_date,
    grid_code,
    {% for column in housing_counts() %}{{ column }},
    {% endfor -%}
    {{ housing_rates() }}
from counts
