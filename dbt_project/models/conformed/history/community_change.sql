-- Grain: one row per grid, day, day on which it was learnt and kind of thing counted, on which community figures
-- change (社区工作指标变动).
{{ config(materialized='view') }}
{% set counts = community_counts() | reject('equalto', 'grid_workers') | list %}
{% set parts = {
    'visit_change': visit_counts(),
    'population_change': counts | reject('in', visit_counts() + ['open_incidents']) | list,
    'safety_change': ['open_incidents'],
} %}
{% for part, own in parts.items() %}
select
    grid_code,
    valid_day,
    known_day,
    {{ padded(own, counts) }}
from {{ ref(part) }}
{{ 'union all' if not loop.last }}
{% endfor %}
