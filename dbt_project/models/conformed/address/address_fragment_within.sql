{{ config(materialized="by_change", key="fragment") }}

with

address_name as (

    select
        kind,
        name,
        name as spelling,
        'within' as agreement
    from {{ ref('address_name') }}

    union all

    select
        kind,
        name,
        alias as spelling,
        'learned' as agreement
    from {{ ref('address_alias') }}

),

fragments as (

    select lead as fragment from {{ by_key(ref('address_head_unnamed'), 'lead') }} where lead <> ''
    union
    select head as fragment from {{ by_key(ref('address_head_unnamed'), 'head') }}
    union
    select compound_fragment as fragment from {{ by_key(ref('address_head_unnamed'), 'compound_fragment') }}

),

positions as (

    select
        fragment,
        {{ text_positions('fragment') }} as start
    from fragments

),

found as (

    select
        positions.fragment,
        address_name.kind,
        address_name.name,
        address_name.agreement,
        length(address_name.spelling) as spelling_length,
        substr(positions.fragment, positions.start + length(address_name.spelling)) as rest
    from positions
    inner join address_name
        on
            substr(positions.fragment, positions.start, 2) = left(address_name.spelling, 2)
            and substr(positions.fragment, positions.start, length(address_name.spelling)) = address_name.spelling

)

select
    fragment,
    kind,
    name,
    {{ best_agreement("case when agreement = 'learned' and rest <> '' then 'within' else agreement end") }}
        as agreement,
    -- A section (东区, 一期) is no number of a building.
    max({{ spoken_digits(text_replace('rest', section_pattern(), '')) }}) as after_digits
from found
where length(rest) <= {{ address_rule('within_rest') }}
group by fragment, kind, name
