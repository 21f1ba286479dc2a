-- Grain: one row per as_of_date, grid and item (采集导引): of how many it need not be asked, and where it must be.
with

subjects as (
    select
        as_of_date,
        grid_code,
        'resident' as subject,
        count(*) as subjects
    from {{ ref('resident_knowledge') }}
    group by as_of_date, grid_code
    union all
    select
        as_of_date,
        grid_code,
        'dwelling' as subject,
        count(*) as subjects
    from {{ ref('dwelling_state') }}
    where grid_code is not null
    group by as_of_date, grid_code
),

asked as (
    select * from {{ ref('collection_measure') }}
),

counts as (
    select
        grid_day.as_of_date,
        grid_day.grid_code,
        item.attribute as item,
        coalesce(subjects.subjects, 0) as subjects,
        {{ zero_filled(['missing', 'stale', 'disputed', 'dwellings_to_ask_at', 'open_discrepancies']) }}
    from {{ ref('grid_day') }} as grid_day
    cross join {{ ref('collected_attribute') }} as item
    left join subjects
        on
            grid_day.as_of_date = subjects.as_of_date
            and grid_day.grid_code = subjects.grid_code
            and subjects.subject = case when item.attribute = 'occupancy' then 'dwelling' else 'resident' end
    left join asked
        on
            grid_day.as_of_date = asked.as_of_date
            and grid_day.grid_code = asked.grid_code
            and item.attribute = asked.item
    -- Of earlier days nobody keeps what was known of each resident.
    inner join {{ ref('as_of') }} as as_of on grid_day.as_of_date = as_of.as_of_date
)

select
    as_of_date,
    grid_code,
    item,
    subjects,
    cast(subjects - missing - stale - disputed as bigint) as known,
    cast(missing as bigint) as missing,
    cast(stale as bigint) as stale,
    cast(disputed as bigint) as disputed,
    dwellings_to_ask_at,
    cast(open_discrepancies as bigint) as open_discrepancies,
    {{ ratio('subjects - missing - stale - disputed', 'subjects') }} as known_rate
from counts
