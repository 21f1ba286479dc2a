with

address_row_candidate as (

    select * from {{ ref('address_row_candidate') }}

),

address_support as (

    select * from {{ ref('address_support') }}

),

address_alone as (

    select * from {{ ref('address_alone') }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

),

-- The strongest witness first: the house's code, the household, the person, the telephone with the name, the owner, the grid.
weighed as (

    select
        evidence_key,
        address_code,
        32 * house_code + 16 * same_household + 8 * same_person + 4 * same_phone + 2 * other_role * in_text + in_grid * in_text
            as strength
    from address_row_candidate

),

ranked as (

    select
        *,
        row_number() over (partition by evidence_key order by strength desc nulls last, address_code asc nulls last) as place,
        lead(strength) over (partition by evidence_key order by strength desc nulls last, address_code asc nulls last) as next_strength,
        lead(address_code) over (partition by evidence_key order by strength desc nulls last, address_code asc nulls last)
            as runner_up_address_code
    from weighed

),

-- 702室 where every other row of the household says 1702室: the character was lost from the room.
mended as (

    select
        address_support.evidence_key,
        min(address_support.address_code) as address_code,
        min(address_support.own_address_code) as runner_up_address_code
    from address_support
    inner join address_alone on address_support.evidence_key = address_alone.evidence_key
    inner join dwelling_register as own on address_support.own_address_code = own.address_code
    inner join dwelling_register as other on address_support.address_code = other.address_code
    where
        own.place_key = other.place_key
        and {{ one_character_lost('own.tail_digits', 'other.tail_digits') }}
        and address_support.own_row_count = 1
        and address_support.kind <> 'other_role'
        and address_alone.method not like 'own_code%'
    group by address_support.evidence_key
    having count(distinct address_support.address_code) = 1

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
    case when strength = coalesce(next_strength, 0) and next_strength is null then address_code else runner_up_address_code end
        as runner_up_address_code
from ranked
where place = 1

union all

select
    evidence_key,
    address_code,
    'lost_character' as method,
    runner_up_address_code
from mended
