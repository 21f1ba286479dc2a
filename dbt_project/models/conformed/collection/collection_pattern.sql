-- Grain: one row per attribute and combination of extracts that state it and of those whose value holds (采集组合).
{% for attribute in collected_attributes() %}
{{ 'union all' if not loop.first }}
select
    '{{ attribute }}' as attribute,
    {{ attribute }}_extracts as extracts,
    {{ attribute }}_holding as holding,
    count(*) as people
from {{ ref('person_coverage') }}
where {{ attribute }}_extracts > 0
group by {{ attribute }}_extracts, {{ attribute }}_holding
{% endfor %}
