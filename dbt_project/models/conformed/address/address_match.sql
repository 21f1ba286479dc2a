with

candidates as (

    select address_text, address_code, name_agreement, tail_agreement, score from {{ ref('address_candidate') }}
    union all
    select address_text, address_code, name_agreement, tail_agreement, score from {{ ref('address_candidate_loose') }}

),

address_methods as (

    select * from {{ ref('address_methods') }}

),

judged as (

    select
        candidates.address_text,
        candidates.address_code,
        candidates.name_agreement || '_name/' || candidates.tail_agreement as method,
        max(names.confidence * tails.confidence) over (partition by candidates.address_text, candidates.address_code) as confidence,
        row_number() over (
            partition by candidates.address_text
            order by names.confidence * tails.confidence desc nulls last, candidates.address_code asc nulls last
        ) as place
    from candidates
    inner join address_methods as names on names.part = 'name' and candidates.name_agreement = names.method
    inner join address_methods as tails on tails.part = 'tail' and candidates.tail_agreement = tails.method

),

counted as (

    select
        address_text,
        count(distinct address_code) as dwellings,
        max(case when place = 1 then address_code end) as address_code,
        max(case when place > 1 then address_code end) as other_address_code,
        max(case when place = 1 then method end) as method,
        max(case when place = 1 then confidence end) as confidence
    from judged
    group by address_text

)

select
    address_text,
    case when dwellings = 1 and confidence >= {{ address_rule('least_confidence') }} then address_code end as address_code,
    -- The best of those that did not win: where nothing won, the first of them.
    case
        when dwellings = 1 and confidence >= {{ address_rule('least_confidence') }} then nullif(other_address_code, address_code)
        else address_code
    end as runner_up_address_code,
    method,
    confidence
from counted
