-- Grain: one row per as_of_date, grid and item (采集度量): of how many it is to be asked, and of how many in doubt.
{{ config(materialized='ephemeral') }}

with counted as (
    select
        as_of_date,
        grid_code,
        item,
        case when item_state = 'missing' then subjects else 0 end as missing,
        case when item_state = 'stale' then subjects else 0 end as stale,
        case when item_state = 'disputed' then subjects else 0 end as disputed,
        nullif(address_code, 'unknown') as address_code,
        0 as in_doubt
    from {{ ref('collection_list') }}
    union all
    select
        as_of_date,
        grid_code,
        item,
        0 as missing,
        0 as stale,
        0 as disputed,
        cast(null as varchar) as address_code,
        1 as in_doubt
    from {{ ref('doubted_resident') }}
    union all
    select
        dwelling_state.as_of_date,
        dwelling_state.grid_code,
        doubted_item.item,
        0 as missing,
        0 as stale,
        0 as disputed,
        cast(null as varchar) as address_code,
        1 as in_doubt
    from (select distinct subject_key, item from {{ ref('doubted_item') }} where item = 'occupancy') as doubted_item
    inner join {{ ref('dwelling_state') }} as dwelling_state on doubted_item.subject_key = dwelling_state.address_code
    where dwelling_state.grid_code is not null
)

select
    as_of_date,
    grid_code,
    item,
    sum(missing) as missing,
    sum(stale) as stale,
    sum(disputed) as disputed,
    count(distinct address_code) as dwellings_to_ask_at,
    sum(in_doubt) as open_discrepancies
from counted
group by as_of_date, grid_code, item
