-- Grain: one row per as_of_date, department (or all) and attribute (or all) that it asks people for (重复采集).
with

pattern as (
    select * from {{ ref('collection_pattern') }}
),

department as (
    {{ department_bits() }}
),

source as (
    select
        attribute,
        extract,
        precedence,
        {{ extract_bit('extract') }} as bit
    from {{ ref('attribute_source') }}
),

-- A value is asked again where a source that stands before the department's own holds it already.
asked as (
    select
        pattern.attribute,
        pattern.extracts,
        pattern.holding,
        pattern.people,
        department.department,
        bit_count(pattern.extracts & department.bits) as times,
        min(case when department.bits & source.bit = 0 then source.precedence end)
        < coalesce(min(case when department.bits & source.bit > 0 then source.precedence end), 1000) as is_repeated
    from pattern
    inner join department on pattern.extracts & department.bits > 0
    left join source on pattern.attribute = source.attribute and pattern.extracts & source.bit > 0
    group by
        pattern.attribute, pattern.extracts, pattern.holding, pattern.people, department.department, department.bits
),

counted as (
    select
        *,
        count(*) over (partition by attribute, extracts, holding) as departments,
        row_number() over (partition by attribute, extracts, holding order by department nulls last) as place
    from asked
),

summed as (
    select
        case when level.of_all then 'all' else counted.department end as department,
        counted.attribute,
        sum(case when not level.of_all or place = 1 then people end) as people_asked,
        sum(case when (not level.of_all or place = 1) and departments = 2 then people else 0 end)
            as people_asked_by_two,
        sum(case when (not level.of_all or place = 1) and departments > 2 then people else 0 end)
            as people_asked_by_more,
        sum(case when (not level.of_all or place = 1) and departments > 1 and extracts = holding then people else 0 end)
            as people_answers_agree,
        sum(people * times) as values_asked,
        sum(case when is_repeated then people * times else 0 end) as values_repeated
    from counted
    cross join (
        select true as of_all
        union all
        select false as of_all
    ) as level
    group by case when level.of_all then 'all' else counted.department end, counted.attribute
)

{{ repeated_collection_figures('summed') }}
