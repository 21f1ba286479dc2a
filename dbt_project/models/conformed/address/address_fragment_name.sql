{{ config(materialized="by_change", key="fragment", dictionary=true) }}

with

address_name as (

    select * from {{ ref('address_name') }}

),

fragments as (

    select lead as fragment from {{ by_key(ref('address_head'), 'lead') }} where lead <> ''
    union
    select compound_fragment as fragment from {{ by_key(ref('address_head'), 'compound_fragment') }}

),

lengths as (

    select distinct length(name) as name_length from address_name

),

endings as (

    select
        fragments.fragment,
        right(fragments.fragment, lengths.name_length) as ending
    from fragments
    inner join lengths on length(fragments.fragment) >= lengths.name_length

)

select
    endings.fragment,
    address_name.kind,
    address_name.name,
    'same' as agreement,
    '' as after_digits
from endings
inner join address_name on endings.ending = address_name.name
