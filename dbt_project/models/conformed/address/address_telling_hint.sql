{{ config(materialized="by_change", key="hint") }}

with

-- What is gathered of seven million rows are numbers: texts cost three times as much.
dwelling as (

    select
        {{ row_key(['address_code']) }} as dwelling_number,
        address_code
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
    inner join {{ through(ref('address_alone'), 'evidence_key', 'evidence_key', ref('address_hint')) }} as address_alone
        on address_hint.evidence_key = address_alone.evidence_key

),

-- Only what an open row shares with others, or what places its rows at two dwellings, can tell anything.
telling as (

    select
        hint,
        count(dwelling_number) < count(*) as has_open_row
    from placed
    group by hint
    having
        max(dwelling_number) is not null
        and (count(dwelling_number) < count(*) or min(dwelling_number) < max(dwelling_number))

)

select
    placed.evidence_key,
    case placed.kind_number
        {% for kind in address_hint_kinds() %}
        when {{ loop.index0 }} then '{{ kind }}'
        {% endfor %}
    end as kind,
    placed.hint,
    dwelling.address_code,
    placed.is_own_code,
    telling.has_open_row
from placed
inner join telling on placed.hint = telling.hint
left join dwelling on placed.dwelling_number = dwelling.dwelling_number
