{{ config(materialized="by_change_view") }}

{% set branches = [] %}
{% for contract in contracts() if address_columns(contract) %}
{% for hint in address_hints(contract) %}
{% do branches.append(1) %}
{{ 'union all' if branches | length > 1 }}
select
    row_key as evidence_key,
    cast({{ address_hint_kinds().index(hint.kind) }} as tinyint) as kind_number,
    {{ row_key(["'" ~ ('same_person' if hint.kind == 'other_role' else hint.kind) ~ "'"] + hint.columns) }} as hint
from {{ ref(contract.model) }}
where {{ hint.columns | join(' is not null and ') }} is not null
{% endfor %}
{% endfor %}
