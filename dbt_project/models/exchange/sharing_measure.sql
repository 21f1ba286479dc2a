-- Grain: one row per month, department, extract, dimension and check (评分度量): of deliveries, and of correction orders.
-- Figures only, which marts may read.
{{ config(materialized='ephemeral') }}

{% for relation in ['quality_measure', 'correction_measure'] %}
{{ 'union all' if not loop.first }}
select
    month,
    department,
    extract,
    dimension,
    check_name,
    units,
    shortfall
from {{ ref(relation) }}
{% endfor %}
