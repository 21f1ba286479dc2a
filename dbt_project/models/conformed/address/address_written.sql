{# A view: what the staging tables hold need not be written again, and each reader takes only the columns it needs. #}
{{ config(materialized="by_change_view", key="evidence_key") }}

{% set branches = [] %}
{% for contract in contracts() %}
{% set columns = address_columns(contract) %}
{% if columns %}
{% do branches.append(1) %}
{{ 'union all' if branches | length > 1 }}
select
    row_key as evidence_key,
    extract,
    {{ address_meaning(contract) }} as meaning,
    {{ concept_value(contract, 'dwelling.address') }} as address_text,
    {{ concept_value(contract, 'dwelling.address_code') }} as address_code,
    {{ concept_value(contract, 'grid.code') }} as grid_code
from {{ ref(contract.model) }}
where {{ columns | join(' is not null or ') }} is not null
{% endif %}
{% endfor %}
