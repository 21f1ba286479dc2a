-- Grain: one row per as_of_date and grid with a resident whom a caring department has on its books.
select
    person_state.as_of_date,
    person_state.grid_code,
    {{ care_sums() }}
from {{ ref('person_care') }} as person_care
inner join {{ ref('person_state') }} as person_state on person_care.person_key = person_state.person_key
where person_state.placement = 'grid'
group by person_state.as_of_date, person_state.grid_code
