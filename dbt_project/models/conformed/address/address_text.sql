{{ config(materialized="ephemeral") }}

{% set key = text_key(["address_text"]) %}

with

texts as (

    select address_text from {{ by_key(ref('address_written'), key) }} where address_text is not null
    union
    -- What earlier states wrote: conformed/history tells from it where somebody lived.
    select address_text from {{ by_key(ref('past_statement'), key) }} where address_text is not null

),

normalized as (

    select
        {{ key }} as text_key,
        {{ normalize_address('address_text') }} as normalized_text
    from texts

)

select
    text_key,
    normalized_text,
    {{ first_match('normalized_text', address_ending_pattern()) }} as ending
from normalized
