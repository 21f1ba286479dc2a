-- Grain: one row per month and extract, from the month on in which it first came (交付及时情况).
{{ config(materialized='view') }}

with

delivery as (
    select * from {{ ref('delivery') }}
),

-- The days of a month for which anything came at all: of the others nobody can say who was silent.
observed as (
    select
        month,
        {{ dbt.datediff('min(delivery_date)', 'max(delivery_date)', 'day') }} + 1 as days
    from delivery
    group by month
),

expected as (
    select
        started.department,
        started.extract,
        started.month,
        coalesce(contract.period_days, 0) as period_days,
        coalesce(contract.grace_days, 0) as grace_days
    from (select department, extract, min(month) as month from delivery group by department, extract) as started
    left join (
        {% for contract in contracts() %}
        {{ 'union all' if not loop.first }}
        select
            '{{ contract.id }}' as extract,
            {{ contract.period_days or 0 }} as period_days,
            {{ contract.grace_days }} as grace_days
        {% endfor %}
    ) as contract on started.extract = contract.extract
),

delivered as (
    select
        extract,
        month,
        delivery_date,
        min(received_on) as received_on
    from delivery
    group by extract, month, delivery_date
),

-- Late is what an earlier pull, after the day of grace, did not find: history that is loaded at once is not late.
late as (
    select distinct
        delivered.extract,
        delivered.delivery_date
    from delivered
    inner join expected on delivered.extract = expected.extract
    inner join (select distinct received_on as pulled_on from delivery) as pull
        on
            pull.pulled_on < delivered.received_on
            and {{ dbt.datediff('delivered.delivery_date', 'pull.pulled_on', 'day') }} > expected.grace_days
)

select
    observed.month,
    expected.department,
    expected.extract,
    cast(coalesce(floor({{ ratio('observed.days', 'expected.period_days') }}), 0) as bigint) as days_expected,
    count(delivered.delivery_date) as days_delivered,
    count(late.delivery_date) as days_late
from observed
inner join expected on observed.month >= expected.month
left join delivered on expected.extract = delivered.extract and observed.month = delivered.month
left join late on delivered.extract = late.extract and delivered.delivery_date = late.delivery_date
group by observed.month, expected.department, expected.extract, observed.days, expected.period_days
