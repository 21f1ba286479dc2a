-- Grain: one row per as_of_date and grid in which somebody is or was registered.
select
    as_of_date,
    registered_grid_code as grid_code,
    {{ registered_sums() }}
from {{ ref('person_state') }}
where registered_grid_code is not null
group by as_of_date, registered_grid_code
