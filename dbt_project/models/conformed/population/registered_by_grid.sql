-- Grain: one row per as_of_date and grid in which somebody is or was registered.
select
    as_of_date,
    registered_grid_code as grid_code,
    count(case when is_registered then 1 end) as registered_population,
    count(case when is_separated_from_grid then 1 end) as separated_from_grid,
    count(case when is_separated_from_community then 1 end) as separated_from_community,
    count(case when is_separated_from_street then 1 end) as separated_from_street,
    count(case when is_separated_from_district then 1 end) as separated_from_district,
    count(case when died_recently then 1 end) as registered_deaths_30_days
from {{ ref('person_state') }}
where registered_grid_code is not null
group by as_of_date, registered_grid_code
