with

address_alone as (

    select * from {{ ref('address_alone') }} where address_code is null

),

address_evidence as (

    select * from {{ ref('address_evidence') }}

),

address as (

    select * from {{ ref('address') }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

),

address_support as (

    select * from {{ ref('address_support') }} where own_address_code is null

),

text_candidates as (

    select address_text, address_code from {{ ref('address_candidate') }}
    union
    select address_text, address_code from {{ ref('address_candidate_loose') }}

),

open_rows as (

    select
        address_evidence.evidence_key,
        address_evidence.address_text,
        address_evidence.grid_code
    from address_evidence
    inner join address_alone on address_evidence.evidence_key = address_alone.evidence_key

),

pairs as (

    select
        open_rows.evidence_key,
        text_candidates.address_code,
        'text' as source
    from open_rows
    inner join text_candidates on open_rows.address_text = text_candidates.address_text

    union all

    -- What other rows say, where the text does not gainsay it: building, unit and room are the same but for a lost character.
    select
        open_rows.evidence_key,
        dwelling_register.address_code,
        'others' as source
    from open_rows
    inner join address_support
        on open_rows.evidence_key = address_support.evidence_key and address_support.kind <> 'other_role'
    inner join dwelling_register on address_support.address_code = dwelling_register.address_code
    left join address on open_rows.address_text = address.address_text
    where
        open_rows.address_text is null
        or address.tail_digits = dwelling_register.tail_digits
        or {{ one_character_lost('address.tail_digits', 'dwelling_register.tail_digits') }}

)

select
    pairs.evidence_key,
    pairs.address_code,
    max(case when pairs.source = 'text' then 1 else 0 end) as in_text,
    max(case when open_rows.grid_code = dwelling_register.grid_code then 1 else 0 end) as in_grid,
    {% for kind in ['house_code', 'same_household', 'same_person', 'same_phone', 'other_role'] %}
    max(case when address_support.kind = '{{ kind }}' then 1 else 0 end) as {{ kind }}{{ ',' if not loop.last }}
    {% endfor %}
from pairs
inner join open_rows on pairs.evidence_key = open_rows.evidence_key
inner join dwelling_register on pairs.address_code = dwelling_register.address_code
left join address_support on pairs.evidence_key = address_support.evidence_key and pairs.address_code = address_support.address_code
group by pairs.evidence_key, pairs.address_code
