-- Grain: one row per as_of_date and department (共享贡献台账).
with

department as (
    {{ department_bits() }}
),

people as (
    select
        department.department,
        sum(pattern.people) as people_known,
        sum(case when pattern.extracts & department.bits = pattern.extracts then pattern.people else 0 end)
            as people_only,
        sum(
            case
                when number_extracts > 0 and number_extracts & department.bits = number_extracts
                    then pattern.people * (bit_count(linked_extracts) - bit_count(linked_extracts & department.bits))
                else 0
            end
        ) as links_made_possible
    from department
    inner join {{ ref('coverage_pattern') }} as pattern on pattern.extracts & department.bits > 0
    group by department.department
),

dwellings as (
    select
        department.department,
        sum(dwelling_pattern.dwellings) as dwellings_known,
        sum(case when extracts & department.bits = extracts then dwelling_pattern.dwellings else 0 end)
            as dwellings_only
    from department
    inner join {{ ref('dwelling_pattern') }} as dwelling_pattern on dwelling_pattern.extracts & department.bits > 0
    group by department.department
),

held as (
    select
        department.department,
        sum(pattern.people) as values_stated,
        sum(case when holding & department.bits > 0 then pattern.people else 0 end) as values_holding,
        sum(case when holding > 0 and holding & department.bits = holding then pattern.people else 0 end) as values_only
    from department
    inner join {{ ref('collection_pattern') }} as pattern on pattern.extracts & department.bits > 0
    group by department.department
),

form_values as (
    select
        department.department,
        sum(roster_value.cells) as form_cells,
        sum(case when extracts & department.bits = extracts then roster_value.cells else 0 end) as form_cells_only
    from department
    inner join {{ ref('roster_value') }} as roster_value on roster_value.extracts & department.bits > 0
    group by department.department
),

home as (
    select
        home_basis,
        count(*) as residents
    from {{ ref('resident_knowledge') }}
    group by home_basis
),

homes as (
    select
        {{ dbt.split_part('home_basis', "'.'", 1) }} as department,
        sum(residents) as residents_placed
    from home
    group by {{ dbt.split_part('home_basis', "'.'", 1) }}
)

select
    as_of.as_of_date,
    department.department,
    {% for column in ['people_known', 'people_only', 'dwellings_known', 'dwellings_only', 'values_stated',
        'values_holding', 'values_only', 'links_made_possible', 'form_cells', 'form_cells_only', 'residents_placed'] %}
    cast(coalesce({{ column }}, 0) as bigint) as {{ column }},
    {% endfor %}
    {{ ratio('values_holding', 'values_stated') }} as holding_rate
from department
cross join {{ ref('as_of') }} as as_of
left join people on department.department = people.department
left join dwellings on department.department = dwellings.department
left join held on department.department = held.department
left join form_values on department.department = form_values.department
left join homes on department.department = homes.department
