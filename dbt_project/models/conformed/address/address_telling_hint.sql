with

placed_hint as (

    select * from {{ ref('address_placed_hint') }}

),

-- Only what an open row shares with others, or what places its rows at two dwellings, can tell anything.
telling as (

    select
        hint,
        count(address_code) < count(*) as has_open_row
    from placed_hint
    group by hint
    having max(address_code) is not null and (count(address_code) < count(*) or min(address_code) < max(address_code))

)

select
    placed_hint.*,
    telling.has_open_row
from placed_hint
inner join telling on placed_hint.hint = telling.hint
