{{ config(materialized="ephemeral") }}

with

unmatched as (

    select * from {{ by_key(ref('address'), 'text_key') }}
    where text_key not in (select text_key from {{ by_key(ref('address_candidate'), 'text_key') }})

),

address_head_score as (

    select * from {{ through(ref('address_head_score'), 'head', 'head', ref('address'), but=ref('address_head')) }}

)

select
    unmatched.*,
    address_head_score.place_key,
    address_head_score.name_agreement,
    address_head_score.score,
    address_head_score.after_digits,
    address_head_score.after_digits || unmatched.tail_digits as digits,
    {{ text_replace('unmatched.room_number', '[A-Z]+$', '') }} as room_base
from unmatched
inner join address_head_score on unmatched.head = address_head_score.head
