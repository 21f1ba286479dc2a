-- Grain: one row per as_of_date, grid, dwelling, item and state (采集清单): what a visit there is to ask.
with

-- Of nearly everybody all is known: each item is sought among the others.
resident as (
    select
        {% for item in resident_items() %}
        {{ item }}_state,
        {% endfor %}
        as_of_date,
        grid_code,
        coalesce(address_code, 'unknown') as address_code
    from {{ ref('resident_knowledge') }}
    where
        false
        {% for item in resident_items() %}
        or {{ item }}_state <> 'known'
        {% endfor %}
),

asked as (
    {% for item in resident_items() %}
    select
        as_of_date,
        grid_code,
        address_code,
        '{{ item }}' as item,
        {{ item }}_state as item_state,
        count(*) as subjects
    from resident
    where {{ item }}_state <> 'known'
    group by as_of_date, grid_code, address_code, {{ item }}_state
    union all
    {% endfor %}
    select
        as_of_date,
        grid_code,
        address_code,
        item,
        'disputed' as item_state,
        count(*) as subjects
    from {{ ref('doubted_resident') }}
    where is_to_be_asked
    group by as_of_date, grid_code, address_code, item
    union all
    select
        dwelling_state.as_of_date,
        dwelling_state.grid_code,
        dwelling_state.address_code,
        rule.attribute as item,
        case when dwelling_state.visited_on is null then 'missing' else 'stale' end as item_state,
        1 as subjects
    from {{ ref('dwelling_state') }} as dwelling_state
    inner join {{ ref('collected_attribute') }} as rule on rule.attribute = 'occupancy'
    where
        dwelling_state.grid_code is not null
        and coalesce(
            {{ dbt.datediff('dwelling_state.visited_on', 'dwelling_state.as_of_date', 'day') }} > rule.stale_days, true
        )
)

select * from asked
