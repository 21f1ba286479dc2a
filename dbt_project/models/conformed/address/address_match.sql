{{ config(materialized="by_change", key="text_key") }}

with

candidates as (

    select text_key, address_code, name_agreement, tail_agreement
    from {{ by_key(ref('address_candidate'), 'text_key') }}
    union all
    select text_key, address_code, name_agreement, tail_agreement
    from {{ by_key(ref('address_candidate_loose'), 'text_key') }}

),

address_methods as (

    select * from {{ ref('address_methods') }}

),

-- Nearly every text has one candidate: only of the others need the best be found.
counted as (

    select
        text_key,
        count(*) as candidates,
        min(address_code) as address_code,
        max(address_code) as last_address_code,
        min(name_agreement) as name_agreement,
        min(tail_agreement) as tail_agreement
    from candidates
    group by text_key

),

ranked as (

    select
        candidates.*,
        row_number() over (
            partition by candidates.text_key
            order by names.confidence * tails.confidence desc nulls last, candidates.address_code asc nulls last
        ) as place
    from counted
    inner join candidates on counted.text_key = candidates.text_key
    inner join address_methods as names on names.part = 'name' and candidates.name_agreement = names.method
    inner join address_methods as tails on tails.part = 'tail' and candidates.tail_agreement = tails.method
    where counted.candidates > 1

),

best as (

    select text_key, 1 as dwellings, address_code, null as other_address_code, name_agreement, tail_agreement
    from counted
    where candidates = 1

    union all

    select
        ranked.text_key,
        case when counted.address_code = counted.last_address_code then 1 else 2 end as dwellings,
        ranked.address_code,
        case
            when ranked.address_code = counted.address_code then counted.last_address_code else counted.address_code
        end as other_address_code,
        ranked.name_agreement,
        ranked.tail_agreement
    from ranked
    inner join counted on ranked.text_key = counted.text_key
    where ranked.place = 1

)

select
    best.text_key,
    best.dwellings = 1 and names.confidence * tails.confidence >= {{ address_rule('least_confidence') }} as is_decided,
    best.address_code,
    nullif(best.other_address_code, best.address_code) as other_address_code,
    names.method || '_name/' || tails.method as method,
    cast(names.confidence * tails.confidence as double) as confidence
from best
inner join address_methods as names on names.part = 'name' and best.name_agreement = names.method
inner join address_methods as tails on tails.part = 'tail' and best.tail_agreement = tails.method
