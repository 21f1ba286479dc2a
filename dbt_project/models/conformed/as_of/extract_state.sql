-- Grain: one row per extract of the contracts, also where nothing was ever delivered.
{{ config(materialized='compared') }}

{% for contract in contracts() %}
select
    '{{ contract.id }}' as extract,
    '{{ contract.department }}' as department,
    '{{ contract.kind }}' as delivery_kind,
    cast({{ contract.period_days if contract.period_days else 'null' }} as integer) as period_days,
    {{ contract.grace_days }} as grace_days,
    max(delivery_date) as last_delivery_date,
    count(distinct delivery_id) as current_deliveries,
    count(*) as current_rows
from {{ ref(contract.model) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
