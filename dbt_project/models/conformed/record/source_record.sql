-- Grain: one row per current row of any extract (现行记录): what it is, and where it stood.
{{ config(materialized='by_change_view') }}

{% for contract in contracts() %}
{{ 'union all' if not loop.first }}
select
    row_key,
    extract,
    record_key,
    version,
    delivery_id,
    delivery_date,
    source_file,
    source_row
from {{ ref(contract.model) }}
{% endfor %}
