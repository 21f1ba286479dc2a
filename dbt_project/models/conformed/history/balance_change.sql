-- Grain: one row per person of person_change who is in a grid the day before, or comes or leaves, and cell of it
-- (人口变动): the terms of the population balance, each on its day.
{{ config(materialized='ephemeral') }}

with

day as (
    select distinct first_day from {{ ref('day') }}
),

placed as (
    select
        person_change.person_key,
        case when person_change.placement = 'grid' then person_change.grid_code end as grid_code,
        person_change.placement,
        person_change.valid_from,
        person_change.valid_to,
        person_change.known_from,
        person_change.known_to,
        lag(case when person_change.placement = 'grid' then person_change.grid_code end) over (
            partition by person_change.person_key, person_change.known_from
            order by person_change.valid_from nulls last
        ) as previous_grid_code,
        count(case when person_change.placement = 'grid' then 1 end) over (
            partition by person_change.person_key, person_change.known_from
            order by person_change.valid_from nulls last
            rows between unbounded preceding and current row
        ) as stays
    from {{ ref('person_change') }} as person_change
),

movement as (
    select
        placed.*,
        person.birth_date > day.first_day and placed.stays = 1 as is_birth
    from placed
    cross join day
    inner join {{ ref('person') }} as person on placed.person_key = person.person_key
    where placed.valid_from > day.first_day and placed.grid_code is distinct from placed.previous_grid_code
)

-- Who is there on a day opens the next; nothing is known of the day before the first, which opens as it closes.
select
    placed.grid_code,
    case
        when placed.valid_from > day.first_day
            then cast({{ dbt.dateadd('day', 1, 'placed.valid_from') }} as date)
        else placed.valid_from
    end as valid_from,
    cast({{ dbt.dateadd('day', 1, 'placed.valid_to') }} as date) as valid_to,
    placed.known_from,
    placed.known_to,
    1 as opening_population,
    0 as births,
    0 as arrivals,
    0 as deaths,
    0 as departures
from placed
cross join day
where placed.grid_code is not null
union all
select
    grid_code,
    valid_from,
    cast({{ dbt.dateadd('day', 1, 'valid_from') }} as date) as valid_to,
    known_from,
    known_to,
    0 as opening_population,
    case when is_birth then 1 else 0 end as births,
    case when is_birth then 0 else 1 end as arrivals,
    0 as deaths,
    0 as departures
from movement
where grid_code is not null
union all
select
    previous_grid_code as grid_code,
    valid_from,
    cast({{ dbt.dateadd('day', 1, 'valid_from') }} as date) as valid_to,
    known_from,
    known_to,
    0 as opening_population,
    0 as births,
    0 as arrivals,
    case when placement = 'deceased' then 1 else 0 end as deaths,
    case when placement = 'deceased' then 0 else 1 end as departures
from movement
where previous_grid_code is not null
