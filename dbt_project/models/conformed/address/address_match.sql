with

address_candidate as (

    select * from {{ ref('address_candidate') }}

),

ranked as (

    select
        *,
        row_number() over (partition by address_text order by score desc nulls last, address_code asc nulls last) as place,
        lead(address_code) over (partition by address_text order by score desc nulls last, address_code asc nulls last) as next_address_code,
        lead(score) over (partition by address_text order by score desc nulls last, address_code asc nulls last) as next_score
    from address_candidate

)

select
    address_text,
    case when score > coalesce(next_score, 0) then address_code end as address_code,
    building_key,
    case when score > coalesce(next_score, 0) then 'parsed' else 'ambiguous' end as method,
    case when score > coalesce(next_score, 0) then 0.98 else 0 end as confidence,
    next_address_code as runner_up_address_code
from ranked
where place = 1
