with

address as (

    select * from {{ ref('address') }}

),

heads as (

    select
        head,
        count(*) as texts
    from address
    where head <> ''
    group by head

),

divided as (

    select
        head,
        texts,
        {{ text_groups('head', '^([^0-9]*)([0-9]+(?:-[0-9]+)?)?(?:号院?|弄)?(.*)$', ['lead', 'number', 'block']) }} as part
    from heads

)

select
    head,
    texts,
    part.lead as lead,
    {{ address_number('part.number') }} as house_number,
    {{ text_replace('part.block', '^' ~ section_pattern() ~ '$', '') }} as block,
    -- Where a compound's name can end: after the number if anything stands there, else at the end of the head.
    case when part.block <> '' then part.block else head end as compound_fragment
from divided
