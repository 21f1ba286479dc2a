-- Grain: one row per statement and attribute that it states (人员属性陈述).
{{ config(materialized='view') }}

{% set statement_values = {
    'identity_number': ['identity_number', 'owns_number'],
    'name': ['name', 'name is not null'],
    'sex': ['sex', 'sex is not null'],
    'birth_date': ['birth_date', 'birth_date is not null'],
    'phone': ['phone', 'phone is not null'],
    'registered_address': ['address_code', "meaning = 'registration' and role = 'subject' and address_code is not null"],
} -%}
{% for attribute, (column, condition) in statement_values.items() %}
{{ 'union all' if not loop.first }}
select
    evidence_key,
    '{{ attribute }}' as attribute,
    cast({{ column }} as varchar) as value_text,
    {{ "name like '%?%'" if attribute == 'name' else 'false' }} as is_masked,
    {{ 'true' if attribute == 'registered_address' else 'false' }} as of_registration
from {{ ref('person_statement') }}
where {{ condition }}
{% endfor %}
{% for contract in contracts() %}
{% for attribute in ['ethnicity', 'marital_status', 'education', 'registered_area_code'] %}
{% set column = concept_column(contract, 'person.' ~ attribute) %}
{% if column %}
union all
select
    row_key as evidence_key,
    '{{ attribute }}' as attribute,
    cast({{ column }} as varchar) as value_text,
    false as is_masked,
    true as of_registration
from {{ ref(contract.model) }}
where {{ column }} is not null
{% endif %}
{% endfor %}
{% endfor %}
