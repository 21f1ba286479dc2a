with

address_alone as (

    select * from {{ ref('address_alone') }}

),

address_hint as (

    select * from {{ ref('address_hint') }}

),

placed_hints as (

    select
        address_hint.evidence_key,
        address_hint.kind,
        address_hint.hint,
        address_alone.address_code
    from address_hint
    inner join address_alone on address_hint.evidence_key = address_alone.evidence_key

),

-- Only what an open row shares with others, or what places its rows at two dwellings, can tell anything.
telling as (

    select hint
    from placed_hints
    group by hint
    having max(address_code) is not null and (count(address_code) < count(*) or min(address_code) < max(address_code))

),

told as (

    select placed_hints.*
    from placed_hints
    inner join telling on placed_hints.hint = telling.hint

),

dwellings as (

    select
        hint,
        address_code,
        count(*) as row_count
    from told
    where address_code is not null
    group by hint, address_code

)

select
    told.evidence_key,
    told.kind,
    told.address_code as own_address_code,
    max(own.row_count) as own_row_count,
    dwellings.address_code
from told
inner join dwellings on told.hint = dwellings.hint
left join dwellings as own on told.hint = own.hint and told.address_code = own.address_code
where told.address_code is null or told.address_code <> dwellings.address_code
group by told.evidence_key, told.kind, told.address_code, dwellings.address_code
