{{ config(materialized="by_change", key="head", dictionary=true) }}

with

address as (

    select * from {{ by_key(ref('address'), 'head') }}

),

heads as (

    select distinct head
    from address
    where head <> ''

),

divided as (

    select
        head,
        {{ text_groups('head', '^([^0-9]*)([0-9]+(?:-[0-9]+)?)?(?:号院?|弄)?(.*)$', ['lead', 'number', 'block']) }} as part
    from heads

)

select
    head,
    part.lead as lead,
    {{ address_number('part.number') }} as house_number,
    {{ text_replace('part.block', '^' ~ section_pattern() ~ '$', '') }} as block,
    -- Where a compound's name can end: after the number if anything stands there, else at the end of the head.
    case when part.block <> '' then part.block else head end as compound_fragment
from divided
