-- Grain: one row per month, department, dimension, extract and check that cost points (扣分原因).
with

measure as (
    select
        sharing_measure.*,
        quality_dimension.weight,
        sum(sharing_measure.units) over (
            partition by sharing_measure.month, sharing_measure.department, sharing_measure.dimension
        ) as dimension_units
    from {{ ref('sharing_measure') }} as sharing_measure
    inner join {{ ref('quality_dimension') }} as quality_dimension
        on sharing_measure.dimension = quality_dimension.dimension
),

-- What was not measured in a month has no weight in it.
weighed as (
    select
        month,
        department,
        sum(weight) as weight
    from (select distinct month, department, dimension, weight from measure) as dimension
    group by month, department
),

lost as (
    select
        measure.month,
        measure.department,
        measure.dimension,
        measure.extract,
        measure.check_name,
        measure.units,
        measure.shortfall,
        round(
            100
            * {{ ratio('measure.weight', 'weighed.weight') }}
            * {{ ratio('measure.shortfall', 'measure.dimension_units') }},
            4
        ) as points_lost
    from measure
    inner join weighed on measure.month = weighed.month and measure.department = weighed.department
    where measure.shortfall > 0
)

select
    *,
    row_number() over (
        partition by month, department
        order by points_lost desc nulls last, dimension nulls last, extract nulls last, check_name nulls last
    ) as place
from lost
