{{ config(materialized="by_change", key="hint") }}

with

-- What is gathered of seven million rows are numbers: texts cost three times as much.
dwelling as (

    select
        {{ row_key(['address_code']) }} as dwelling_number,
        address_code,
        place_key,
        length(tail_digits) as digits
    from {{ dictionary(ref('dwelling_register')) }}

),

placed as (

    select
        address_hint.evidence_key,
        address_hint.kind_number,
        address_hint.hint,
        case when address_alone.address_code is not null then {{ row_key(['address_alone.address_code']) }} end
            as dwelling_number,
        address_alone.is_own_code
    from {{ by_key(ref('address_hint'), 'hint') }} as address_hint
    inner join
        {{ through(
            ref('address_alone'), 'evidence_key', 'evidence_key', ref('address_hint'), but=ref('address_evidence')
        ) }} as address_alone
        on address_hint.evidence_key = address_alone.evidence_key

),

-- What an open row shares with others, or what places its rows at two dwellings.
shared as (

    select
        hint,
        count(dwelling_number) < count(*) as has_open_row
    from placed
    group by hint
    having
        max(dwelling_number) is not null
        and (count(dwelling_number) < count(*) or min(dwelling_number) < max(dwelling_number))

),

sharing as (

    select
        placed.*,
        shared.has_open_row
    from placed
    inner join shared on placed.hint = shared.hint

),

-- Two dwellings tell of a lost character alone: those of one place, with numbers that are not of one length.
slip as (

    select sharing.hint
    from sharing
    inner join dwelling on sharing.dwelling_number = dwelling.dwelling_number
    where not sharing.has_open_row
    group by sharing.hint, dwelling.place_key
    having min(dwelling.digits) < max(dwelling.digits)

)

select
    sharing.evidence_key,
    case sharing.kind_number
        {% for kind in address_hint_kinds() %}
        when {{ loop.index0 }} then '{{ kind }}'
        {% endfor %}
    end as kind,
    sharing.hint,
    dwelling.address_code,
    sharing.is_own_code,
    sharing.has_open_row
from sharing
left join dwelling on sharing.dwelling_number = dwelling.dwelling_number
where sharing.has_open_row or sharing.hint in (select hint from slip)
