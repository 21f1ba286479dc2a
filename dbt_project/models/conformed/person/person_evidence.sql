-- Grain: one row per staging row and role that names a person (人员证据). A view: its readers take few of the columns each,
-- and a copy of the rows would cost more than reading staging again.
{{ config(materialized='by_change_view') }}

{% set branches = [] %}
{% for contract in contracts() %}
{% for role in person_roles(contract) %}
{% do branches.append(1) %}
{{ 'union all' if branches | length > 1 }}
select
    -- A row's first person is known by the row's own number.
    {{ 'row_key' if role == 'subject' else row_key(['row_key', "'" ~ role ~ "'"]) }} as evidence_key,
    row_key,
    extract,
    cast({{ extract_bits()[contract.id] }} as bigint) as extract_bit,
    cast('{{ role }}' as varchar) as role,
    {{ person_member_number(contract.id, role) }} as base_member,
    {{ observed_on(contract) }} as observed_on,
    {{ concept_value(contract, 'person.identity_number', role) }} as identity_number_text,
    {{ concept_value(contract, 'person.name', role) }} as name_text,
    {{ concept_value(contract, 'person.sex', role) }} as sex,
    {{ concept_value(contract, 'person.birth_date', role, 'date') }} as birth_date,
    {{ concept_value(contract, 'person.phone', role) }} as phone,
    {{ concept_value(contract, 'grid.code') }} as grid_code,
    {{ lives_here(contract, role) }} as lives_here,
    {{ address_meaning(contract) }} as meaning
from {{ ref(contract.model) }}
where
    {{ concept_value(contract, 'person.identity_number', role) }} is not null
    or {{ concept_value(contract, 'person.name', role) }} is not null
{% endfor %}
{% endfor %}
