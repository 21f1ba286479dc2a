with

address_head as (

    select * from {{ ref('address_head') }}

),

address_name as (

    select * from {{ ref('address_name') }}

),

fragments as (

    select lead as fragment from address_head where lead <> ''
    union
    select compound_fragment as fragment from address_head

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
