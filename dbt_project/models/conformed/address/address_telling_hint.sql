{{ config(materialized="by_change", key="hint") }}

with

placed_hint as (

    select * from {{ ref('address_placed_hint') }}

),

-- Least and greatest of numbers: of seven million texts they cost three times as much.
keyed as (

    select
        hint,
        case when address_code is not null then {{ text_key(['address_code']) }} end as dwelling
    from placed_hint

),

-- Only what an open row shares with others, or what places its rows at two dwellings, can tell anything.
telling as (

    select
        hint,
        count(dwelling) < count(*) as has_open_row
    from keyed
    group by hint
    having max(dwelling) is not null and (count(dwelling) < count(*) or min(dwelling) < max(dwelling))

)

select
    placed_hint.*,
    telling.has_open_row
from placed_hint
inner join telling on placed_hint.hint = telling.hint
