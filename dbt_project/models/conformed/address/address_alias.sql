with

address_call as (

    select * from {{ ref('address_call') }}

),

address_name as (

    select * from {{ ref('address_name') }}

),

counted as (

    select
        kind,
        alias,
        name,
        count(distinct address_code) as dwellings,
        sum(count(distinct address_code)) over (partition by kind, alias) as all_dwellings
    from address_call
    where length(alias) > 1
    group by kind, alias, name

)

select
    kind,
    alias,
    name,
    dwellings
from counted
where
    dwellings >= {{ address_rule('alias_support') }}
    and dwellings >= {{ address_rule('alias_purity') }} * all_dwellings
    -- 家园 is the end of many names and the name of none.
    and not exists (select 1 from address_name where address_name.name like '%' || counted.alias)
