{{ config(materialized="compared") }}

with

address_telling_hint as (

    select * from {{ ref('address_telling_hint') }} where address_code is not null and kind <> 'other_role'

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

),

dwellings as (

    select
        telling.hint,
        telling.address_code,
        register.place_key,
        register.tail_digits,
        count(*) as row_count
    from address_telling_hint as telling
    inner join dwelling_register as register on telling.address_code = register.address_code
    group by telling.hint, telling.address_code, register.place_key, register.tail_digits

),

-- 702室 where the other rows of the household say 1702室: the character was lost from the room.
slips as (

    select
        lost.hint,
        lost.address_code as lost_address_code,
        whole.address_code
    from dwellings as lost
    inner join dwellings as whole on lost.hint = whole.hint and lost.place_key = whole.place_key
    where lost.row_count = 1 and {{ one_character_lost('lost.tail_digits', 'whole.tail_digits') }}

)

select
    telling.evidence_key,
    min(slips.address_code) as address_code,
    min(slips.lost_address_code) as runner_up_address_code
from slips
inner join address_telling_hint as telling
    on slips.hint = telling.hint and slips.lost_address_code = telling.address_code
where not telling.is_own_code
group by telling.evidence_key
having count(distinct slips.address_code) = 1
