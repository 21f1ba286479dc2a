-- Grain: one row per extract, role and attribute of a person: the column that states it (属性所在列), from the contracts.
with

named as (
    {% set branches = [] %}
    {% for contract in contracts() %}
    {% for entry in contract.concepts %}
    {% for attribute, concept in person_attributes().items() if entry.concept == concept %}
    {% do branches.append([contract.id, entry.role, attribute, entry.column]) %}
    {% if entry.meaning == 'registration' %}
    {% do branches.append([contract.id, entry.role, 'registered_address', entry.column]) %}
    {% endif %}
    {% endfor %}
    {% endfor %}
    {% if status_column(contract) %}
    {% do branches.append([contract.id, 'subject', 'status', status_column(contract)]) %}
    {% endif %}
    {% endfor %}
    {% for branch in branches %}
    {{ 'union all' if not loop.first }}
    select
        '{{ branch[0] }}' as extract,
        '{{ branch[1] }}' as role,
        '{{ branch[2] }}' as attribute,
        '{{ branch[3] }}' as column_name
    {% endfor %}
)

select
    extract,
    role,
    attribute,
    column_name
from named
