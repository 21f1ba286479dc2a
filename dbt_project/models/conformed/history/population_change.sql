-- Grain: one row per grid, day and day on which it was learnt, on which figures of people change (人口指标变动).
{% set measures = population_measures() %}
{% set columns = measures.values() | sum(start=[]) %}
{% set stocks = columns | reject('in', measures.balance) | list %}
with

resident as (
    select
        grid_code,
        valid_from,
        valid_to,
        known_from,
        known_to,
        {{ resident_sums() }}
    from {{ ref('person_change') }}
    where placement = 'grid'
    group by grid_code, valid_from, valid_to, known_from, known_to
),

registered as (
    select
        registered_grid_code as grid_code,
        valid_from,
        valid_to,
        known_from,
        known_to,
        {{ registered_sums() }}
    from {{ ref('person_change') }}
    where registered_grid_code is not null
    group by registered_grid_code, valid_from, valid_to, known_from, known_to
),

household as (
    select
        grid_code,
        valid_from,
        valid_to,
        known_from,
        known_to,
        {{ household_sums() }}
    from {{ ref('household_change') }}
    group by grid_code, valid_from, valid_to, known_from, known_to
),

care as (
    select
        person_change.grid_code,
        person_change.valid_from,
        person_change.valid_to,
        person_change.known_from,
        person_change.known_to,
        {{ care_sums() }}
    from {{ ref('person_change') }} as person_change
    inner join {{ ref('person_care') }} as person_care on person_change.person_key = person_care.person_key
    where person_change.placement = 'grid'
    group by
        person_change.grid_code, person_change.valid_from, person_change.valid_to,
        person_change.known_from, person_change.known_to
),

balance as (
    select * from {{ ref('balance_change') }}
),

on_last_day as (
    select
        grid.grid_code,
        {{ zero_filled(stocks) }}
    from {{ ref('grid') }} as grid
    left join {{ ref('resident_by_grid') }} as residents on grid.grid_code = residents.grid_code
    left join {{ ref('registered_by_grid') }} as registered on grid.grid_code = registered.grid_code
    left join {{ ref('household_by_grid') }} as households on grid.grid_code = households.grid_code
    left join {{ ref('care_by_grid') }} as care on grid.grid_code = care.grid_code
),

corner as (
    {% for part, own in measures.items() %}
    select
        grid_code,
        valid_day,
        known_day,
        {{ padded(own, columns) }}
    from ({{ corners(part, own) }}) as {{ part }}_corner
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

{{ changes_by_grid('corner', 'on_last_day', columns, stocks, {'opening_population': 'resident_population'}) }}
