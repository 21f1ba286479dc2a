{{ config(materialized="ephemeral") }}

with

open_rows as (

    select * from {{ by_key(ref('address_open_row'), 'evidence_key') }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

),

address_support as (

    select * from {{ by_key(ref('address_support'), 'evidence_key') }}

),

text_candidates as (

    select text_key, address_code
    from {{ through(ref('address_candidate'), 'text_key', 'text_key', ref('address_open_row')) }}
    union all
    select text_key, address_code
    from {{ through(ref('address_candidate_loose'), 'text_key', 'text_key', ref('address_open_row')) }}

)

-- A dwelling that two ends of the text lead to stands once, as each pair does; only the few of open rows are compared.
select distinct
    open_rows.evidence_key,
    text_candidates.address_code,
    'text' as source
from open_rows
inner join text_candidates on open_rows.text_key = text_candidates.text_key

union all

-- What other rows say, where the text does not gainsay it: building, unit and room are the same but for a lost
-- character.
select
    open_rows.evidence_key,
    dwelling_register.address_code,
    'others' as source
from open_rows
inner join address_support
    on open_rows.evidence_key = address_support.evidence_key and address_support.kind <> 'other_role'
inner join dwelling_register on address_support.address_code = dwelling_register.address_code
where
    open_rows.text_key is null
    or open_rows.tail_digits = dwelling_register.tail_digits
    or {{ one_character_lost('open_rows.tail_digits', 'dwelling_register.tail_digits') }}
