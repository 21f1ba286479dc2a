-- Grain: one row per month and department of which something was measured (数据共享评分).
{% set dimensions = quality_dimensions() %}
with

weights as (
    select
    {% for dimension in dimensions %}
        max(case when dimension = '{{ dimension }}' then weight end) as {{ dimension }}_weight{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('quality_dimension') }}
),

shares as (
    select
        month,
        department,
    {% for dimension in dimensions %}
    1 - {{ ratio("sum(case when dimension = '" ~ dimension ~ "' then shortfall end)",
            "sum(case when dimension = '" ~ dimension ~ "' then units end)") }} as {{ dimension }}{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('sharing_measure') }}
    group by month, department
),

scored as (
    select
        shares.*,
        round(
            100 * (
                {% for dimension in dimensions %}
                coalesce(weights.{{ dimension }}_weight * shares.{{ dimension }}, 0){{ ' +' if not loop.last }}
                {% endfor %}
            ) / (
                {% for dimension in dimensions %}
                case
                    when shares.{{ dimension }} is null then 0 else weights.{{ dimension }}_weight
                end{{ ' +' if not loop.last }}
                {% endfor %}
            ), 2
        ) as score
    from shares
    cross join weights
),

reasons as (
    select
        month,
        department,
        {{ ordered_text(
            "case when place = 1 then '' else '; ' end || dimension || ': ' || extract || ' ' || check_name || ' ('"
            ~ " || cast(shortfall as varchar) || ' of ' || cast(units as varchar) || ')'", 'place'
        ) }} as reasons
    from {{ ref('sharing_scorecard_reasons') }}
    where place <= 3
    group by month, department
)

select
    trended.month,
    trended.department,
    {% for dimension in dimensions %}
    round(100 * trended.{{ dimension }}, 2) as {{ dimension }}_score,
    {% endfor %}
    trended.score,
    quality_grade.grade,
    quality_grade.description as grade_name,
    coalesce(reasons.reasons, '') as reasons,
    trended.previous_score,
    round(trended.score - trended.previous_score, 2) as score_change,
    case
        when trended.previous_score is null then 'first'
        when trended.score > trended.previous_score then 'rising'
        when trended.score < trended.previous_score then 'falling'
        else 'steady'
    end as trend
from (
    select
        *,
        lag(score) over (partition by department order by month nulls last) as previous_score
    from scored
) as trended
left join {{ ref('quality_grade') }} as quality_grade
    on trended.score >= quality_grade.least_score and trended.score < quality_grade.below_score
left join reasons on trended.month = reasons.month and trended.department = reasons.department
