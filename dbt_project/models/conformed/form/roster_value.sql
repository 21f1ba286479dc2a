-- Grain: one row per roster of the forms, column and combination of extracts whose rows state the value (填报值来源).
{{ config(materialized='view') }}

with
{% for roster, source in roster_sources().items() %}

{{ roster }}_row as (
    select
        {% for column, extracts in source.columns.items() %}
        {{ extracts }} as {{ column }},
        {% endfor %}
        count(*) as row_count
    from {{ ref(source.rows) }} as roster
    {% for alias, key in source.people.items() %}
    left join {{ ref('person_coverage') }} as {{ alias }} on roster.{{ key }} = {{ alias }}.person_key
    {% endfor %}
    group by {{ source.columns.values() | join(', ') }}
){{ ',' if not loop.last }}
{% endfor %}

{% for roster, source in roster_sources().items() %}
{% set first_roster = loop.first %}
{% for column in source.columns %}
{{ 'union all' if not (first_roster and loop.first) }}
select
    '{{ roster }}' as roster,
    '{{ column }}' as column_name,
    {{ column }} as extracts,
    sum(row_count) as cells
from {{ roster }}_row
where {{ column }} is not null
group by {{ column }}
{% endfor %}
{% endfor %}
