-- Grain: one row per month, extract, dimension and check (数据质量度量): what was measured, and how much of it fell short.
{% set full_extracts = contracts() | selectattr('kind', 'equalto', 'full') | map(attribute='id') | list %}
with

delivery as (
    select * from {{ ref('delivery') }}
),

receipt as (
    select * from {{ ref('stg_deliveries__receipts') }}
),

punctuality as (
    select * from {{ ref('delivery_punctuality') }}
),

measured as (
    select
        month,
        department,
        extract,
        'timely' as dimension,
        'missing' as check_name,
        greatest(days_expected - days_delivered, 0) as units,
        greatest(days_expected - days_delivered, 0) as shortfall
    from punctuality
    union all
    select
        month,
        department,
        extract,
        'timely' as dimension,
        'late' as check_name,
        days_delivered as units,
        days_late as shortfall
    from punctuality
    union all
    select
        month,
        department,
        extract,
        'accessible' as dimension,
        coalesce(refusal, 'readable') as check_name,
        count(*) as units,
        sum(case when is_accepted then 0 else 1 end) as shortfall
    from delivery
    group by month, department, extract, coalesce(refusal, 'readable')
    union all
    select
        month,
        department,
        extract,
        'standardised' as dimension,
        'unreadable_row' as check_name,
        sum(rows_accepted + rows_rejected) as units,
        sum(rows_rejected) as shortfall
    from delivery
    where is_accepted
    group by month, department, extract
    union all
    select
        receipt.month,
        receipt.department,
        receipt.extract,
        quality_check.dimension,
        receipt.check_name,
        sum(receipt.rows_accepted) as units,
        sum(receipt.rows_flagged) as shortfall
    from receipt
    inner join {{ ref('quality_check') }} as quality_check on receipt.check_rule = quality_check.check_rule
    where
        quality_check.dimension <> 'not_scored'
        and receipt.department <> 'data_centre'
        -- In a change file a later row of a key replaces the earlier one, as agreed: only a full file repeats a record.
        and (
            receipt.check_rule <> 'key_repeated'
            or receipt.extract in (
                {% for extract in full_extracts %}
                '{{ extract }}'{{ ',' if not loop.last }}
                {% endfor %}
            )
        )
    group by receipt.month, receipt.department, receipt.extract, quality_check.dimension, receipt.check_name
)

select
    month,
    department,
    extract,
    dimension,
    check_name,
    cast(units as bigint) as units,
    cast(shortfall as bigint) as shortfall
from measured
where units > 0
