-- Grain: one row per as_of_date and person known by then: where they live, where they are registered, how old they are.
{% set levels = ['grid', 'community', 'street', 'district'] %}
with homes as (
    select
        as_of.as_of_date,
        residence.person_key,
        residence.address_code,
        residence.grid_code
    from {{ ref('as_of') }} as as_of
    inner join {{ ref('residence') }} as residence
        on {{ in_force('residence.valid_from', 'residence.valid_to', 'as_of.as_of_date') }}
),

district as (
    select distinct district_code from {{ ref('grid') }}
),

-- Without a household register nobody can be told to be registered elsewhere by being absent from it.
register as (
    select max(case when is_registered then 1 else 0 end) = 1 as is_delivered from {{ ref('person') }}
),

people as (
    select
        as_of.as_of_date,
        person.person_key,
        person.sex,
        person.birth_date,
        person.died_on,
        homes.address_code,
        {% for level in levels %}
        home_grid.{{ level }}_code,
        registered_grid.{{ level }}_code as registered_{{ level }}_code,
        {% endfor %}
        homes.person_key is not null as has_home,
        coalesce(person.is_deceased, false) and coalesce(person.died_on <= as_of.as_of_date, true) as is_deceased,
        coalesce(person.is_registered, false) as is_registered,
        register.is_delivered
        or (person.registered_area_code is not null and district.district_code is null) as is_known_elsewhere,
        {{ full_years('person.birth_date', 'as_of.as_of_date') }} as age
    from {{ ref('as_of') }} as as_of
    cross join {{ ref('person') }} as person
    cross join register
    left join homes on person.person_key = homes.person_key and as_of.as_of_date = homes.as_of_date
    left join {{ ref('grid') }} as home_grid on homes.grid_code = home_grid.grid_code
    left join {{ ref('grid') }} as registered_grid on person.registered_grid_code = registered_grid.grid_code
    left join district on substr(person.registered_area_code, 1, 6) = district.district_code
)

select
    as_of_date,
    person_key,
    case
        when is_deceased then 'deceased'
        when not has_home then 'elsewhere'
        when grid_code is null then 'unknown_grid'
        else 'grid'
    end as placement,
    case when has_home and not is_deceased then address_code end as address_code,
    case when has_home and not is_deceased then grid_code end as grid_code,
    sex,
    -- An age below 0 or above 130 says that the birth date is wrong, not how old somebody is.
    case when age between 0 and 130 then cast(age as integer) end as age,
    is_registered and not is_deceased as is_registered,
    case
        when is_registered then 'registered'
        when is_known_elsewhere then 'floating'
        else 'unknown'
    end as registration,
    registered_grid_code,
    -- Separation (人户分离) by level; of somebody who lives in an unknown grid nothing is claimed.
    {% for level in levels %}
    is_registered
    and not is_deceased
    and (not has_home or coalesce({{ level }}_code <> registered_{{ level }}_code, false))
        as is_separated_from_{{ level }},
    {% endfor %}
    coalesce({{ within_last('birth_date', 'as_of_date', 'recent_days') }}, false) as is_newborn,
    is_deceased and coalesce({{ within_last('died_on', 'as_of_date', 'recent_days') }}, false) as died_recently
from people
