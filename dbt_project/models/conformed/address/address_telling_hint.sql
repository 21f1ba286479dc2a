{{ config(materialized="by_change", key="hint") }}

{#- Named where it is read, not once above: DuckDB copies what two places share. #}
{% set address_alone = through(ref('address_alone'), 'evidence_key', 'evidence_key', ref('address_hint')) %}

with

address_hint as (

    select * from {{ by_key(ref('address_hint'), 'hint') }}

),

-- What is gathered of seven million rows is a number: texts cost three times as much.
numbered as (

    select
        evidence_key,
        case when address_code is not null then {{ text_key(['address_code']) }} end as dwelling
    from {{ address_alone }}

),

-- Only what an open row shares with others, or what places its rows at two dwellings, can tell anything.
telling as (

    select
        address_hint.hint,
        count(numbered.dwelling) < count(*) as has_open_row
    from address_hint
    inner join numbered on address_hint.evidence_key = numbered.evidence_key
    group by address_hint.hint
    having
        max(numbered.dwelling) is not null
        and (count(numbered.dwelling) < count(*) or min(numbered.dwelling) < max(numbered.dwelling))

)

select
    address_hint.evidence_key,
    address_hint.kind,
    address_hint.hint,
    address_alone.address_code,
    address_alone.is_own_code,
    telling.has_open_row
from address_hint
inner join telling on address_hint.hint = telling.hint
inner join {{ address_alone }} as address_alone on address_hint.evidence_key = address_alone.evidence_key
