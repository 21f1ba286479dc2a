-- Grain: one row per grid, day and day on which it was learnt, on which figures of people or households change (人口指标变动).
{% set measures = population_measures() %}
{% set columns = measures.values() | sum(start=[]) %}
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
)

{{ summed_changes('corner', columns) }}
