-- Grain: one row per as_of_date, service item and fact that it asks for, all of them, or all that anybody delivers
-- (免证办覆盖).
with

fact as (
    select
        service_item,
        fact,
        {{ fact_bit('fact') }} as bit
    from {{ ref('service_item_fact') }}
),

requirement as (
    select
        service_item,
        fact,
        bit,
        bit > 0 as is_delivered
    from fact
    union all
    select
        service_item,
        'all' as fact,
        sum(bit) as bit,
        min(bit) > 0 as is_delivered
    from fact
    group by service_item
    union all
    select
        service_item,
        'all_delivered' as fact,
        sum(bit) as bit,
        true as is_delivered
    from fact
    where bit > 0
    group by service_item
),

pattern as (
    select
        as_of_date,
        age,
        registration,
        facts,
        count(*) as residents
    from {{ ref('resident_knowledge') }}
    group by as_of_date, age, registration, facts
),

counted as (
    select
        as_of.as_of_date,
        service_item.service_item,
        service_item.service_name,
        requirement.fact,
        requirement.is_delivered,
        coalesce(sum(pattern.residents), 0) as residents_concerned,
        coalesce(sum(
            case
                when
                    requirement.is_delivered and pattern.facts & requirement.bit = requirement.bit
                    then pattern.residents
            end
        ), 0) as residents_held
    from {{ ref('as_of') }} as as_of
    cross join {{ ref('service_item') }} as service_item
    inner join requirement on service_item.service_item = requirement.service_item
    left join pattern
        on
            as_of.as_of_date = pattern.as_of_date
            and pattern.age between service_item.age_from and service_item.age_to
            and (service_item.registration = 'all' or service_item.registration = pattern.registration)
            and (service_item.concerns = 'all' or pattern.facts & {{ fact_bit('service_item.concerns') }} > 0)
    group by
        as_of.as_of_date,
        service_item.service_item,
        service_item.service_name,
        requirement.fact,
        requirement.is_delivered
)

select
    as_of_date,
    service_item,
    service_name,
    fact,
    is_delivered,
    cast(residents_concerned as bigint) as residents_concerned,
    cast(residents_held as bigint) as residents_held,
    cast(residents_concerned - residents_held as bigint) as residents_to_ask,
    {{ ratio('residents_held', 'residents_concerned') }} as held_rate
from counted
