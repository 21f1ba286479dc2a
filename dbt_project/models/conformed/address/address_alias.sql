{{ config(materialized="compared") }}

with

address_call as (

    select * from {{ ref('address_call') }}

),

-- What rows with a code call by a name stands before what road and number suggest.
all_calls as (

    select * from address_call
    union all
    select * from {{ ref('address_agreed_call') }}
    where alias not in (select alias from address_call where alias is not null)

),

counted as (

    select
        kind,
        alias,
        name,
        count(distinct address_code) as dwellings,
        sum(count(distinct address_code)) over (partition by kind, alias) as all_dwellings
    from all_calls
    where length(alias) > 1
    group by kind, alias, name

),

supported as (

    select
        kind,
        alias,
        name
    from counted
    where
        dwellings >= {{ address_rule('alias_support') }}
        and dwellings >= {{ address_rule('alias_purity') }} * all_dwellings

),

-- 家园 is the end of many names and the name of none.
name_ending as (

    select distinct right(address_name.name, sizes.characters) as ending
    from {{ ref('address_name') }} as address_name
    cross join (select distinct length(alias) as characters from supported) as sizes

)

select
    kind,
    alias,
    name
from supported
where not exists (select 1 from name_ending where name_ending.ending = supported.alias)
