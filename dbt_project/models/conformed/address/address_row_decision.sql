{{ config(materialized="by_change", key="evidence_key") }}

with

address_row_candidate as (

    select * from {{ by_key(ref('address_row_candidate'), 'evidence_key') }}

),

address_mended as (

    select * from {{ by_key(ref('address_mended'), 'evidence_key') }}

),

-- The strongest witness first: the house's code, the household, the person, the telephone with the name, the owner, the
-- grid.
weighed as (

    select
        evidence_key,
        address_code,
        32 * house_code + 16 * same_household + 8 * same_person + 4 * same_phone
        + 2 * other_role * in_text + in_grid * in_text as strength
    from address_row_candidate

),

ranked as (

    select
        *,
        row_number() over (
            partition by evidence_key order by strength desc nulls last, address_code asc nulls last
        ) as place,
        lead(strength) over (
            partition by evidence_key order by strength desc nulls last, address_code asc nulls last
        ) as next_strength,
        lead(address_code) over (
            partition by evidence_key order by strength desc nulls last, address_code asc nulls last
        ) as runner_up_address_code
    from weighed

)

select
    evidence_key,
    case when strength > coalesce(next_strength, 0) then address_code end as address_code,
    case
        when strength = coalesce(next_strength, 0) then 'ambiguous'
        when strength >= 32 then 'house_code'
        when strength >= 16 then 'same_household'
        when strength >= 8 then 'same_person'
        when strength >= 4 then 'same_phone'
        when strength >= 2 then 'other_role'
        else 'grid'
    end as method,
    case
        when strength = coalesce(next_strength, 0) and next_strength is null then address_code
        else runner_up_address_code
    end as runner_up_address_code
from ranked
where place = 1

union all

select
    evidence_key,
    address_code,
    'lost_character' as method,
    runner_up_address_code
from address_mended
