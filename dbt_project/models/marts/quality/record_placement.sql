-- Grain: one row per as_of_date and theme: every record counted is placed in a grid or it is not.
{% set themes = [
    ('people', 'person_state'),
    ('dwellings', 'dwelling_state'),
    ('incidents', 'incident_state'),
    ('enterprises', 'enterprise_state'),
] %}
{% for theme, model in themes %}
select
    as_of_date,
    '{{ theme }}' as theme,
    count(*) as counted,
    count(grid_code) as placed,
    count(case when grid_code is null then 1 end) as unplaced
from {{ ref(model) }}
group by as_of_date
{% if not loop.last %}union all{% endif %}
{% endfor %}
