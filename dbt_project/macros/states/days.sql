{#- Days, for what is told of each of them and what turns with them. -#}

{#- CTEs for spans of days: `number` has a row for each number of days from 0 to 9999. -#}
{% macro numbers_below_ten_thousand() -%}
    digit as (
        {% for digit in range(10) %}
        select {{ digit }} as digit {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    number as (
        select 1000 * thousands.digit + 100 * hundreds.digit + 10 * tens.digit + ones.digit as days
        from digit as thousands
        cross join digit as hundreds
        cross join digit as tens
        cross join digit as ones
    )
{%- endmacro %}

{#- The day that figures are computed for, for a model that goes by change: of what the days since the last build concern, its
    key stands in y, where one of these expressions is what a day turns (see turning_day, and through). `turn`: as_of_date where
    something only begins or ends on its date, stale_since where an address grows old. -#}
{% macro day_turning(others, other, key='', turn='turn') -%}
    (
        select max(as_of_date) as as_of_date
        from {{ through(ref('turning_day'), turn, others, other, key) }}
        having max(as_of_date) is not null
    )
{%- endmacro %}
