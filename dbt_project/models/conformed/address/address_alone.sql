{{ config(materialized="by_change", key="evidence_key") }}

with

address_evidence as (

    select * from {{ by_key(ref('address_evidence'), 'evidence_key') }}

),

address_match as (

    select * from {{ through(ref('address_match'), 'text_key', 'text_key', ref('address_evidence')) }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

),

compared as (

    select
        address_evidence.evidence_key,
        address_evidence.extract,
        own.address_code as own_code,
        address_match.address_code as text_code,
        address_match.other_address_code,
        address_match.is_decided,
        address_match.method as text_method,
        address_match.confidence as text_confidence,
        own.tail_digits as own_digits,
        named.tail_digits as text_digits
    from address_evidence
    left join dwelling_register as own on address_evidence.address_code = own.address_code
    left join address_match on address_evidence.text_key = address_match.text_key
    -- Only where the two differ.
    left join dwelling_register as named
        on
            address_match.address_code = named.address_code
            and address_match.address_code <> own.address_code
            and address_match.is_decided

),

judged as (

    select
        *,
        case
            when own_code = text_code then 'own_code_and_text'
            when own_code is null then text_method
            when
                text_code is null or not is_decided or {{ one_character_lost('text_digits', 'own_digits') }}
                then 'own_code'
            else 'contradicted'
        end as method
    from compared

)

select
    evidence_key,
    extract,
    case
        when method = 'contradicted' then null
        when own_code is not null then own_code
        when is_decided then text_code
    end as address_code,
    case
        when method = 'contradicted' or (own_code is null and not is_decided) then text_code
        else nullif(other_address_code, own_code)
    end as runner_up_address_code,
    case
        when own_code is not null or is_decided then method
        when text_code is not null then 'ambiguous'
    end as method,
    case when own_code is null and is_decided then text_confidence end as confidence,
    own_code is not null as is_own_code
from judged
