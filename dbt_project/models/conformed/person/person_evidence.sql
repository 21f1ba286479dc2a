-- Grain: one row per staging row and role that names a person (人员证据).
with

named as (
    {% set branches = [] %}
    {% for contract in contracts() %}
    {% for role in person_roles(contract) %}
    {% do branches.append(1) %}
    {{ 'union all' if branches | length > 1 }}
    select
        extract,
        cast('{{ role }}' as varchar) as role,
        record_key,
        version,
        delivery_id,
        source_file,
        source_row,
        {% if contract.evidence_date %}
        least(coalesce(cast({{ contract.evidence_date }} as date), delivery_date), delivery_date) as observed_on,
        {% else %}
        delivery_date as observed_on,
        {% endif %}
        {{ concept_value(contract, 'person.identity_number', role) }} as identity_number_text,
        {{ concept_value(contract, 'person.name', role) }} as name_text,
        {{ concept_value(contract, 'person.sex', role) }} as sex,
        {{ concept_value(contract, 'person.birth_date', role, 'date') }} as birth_date,
        {{ concept_value(contract, 'person.phone', role) }} as phone,
        {{ concept_value(contract, 'person.guardian_phone', role) }} as guardian_phone,
        {{ concept_value(contract, 'household.number', role) }} as household_number,
        {{ concept_value(contract, 'household.relation_to_head', role) }} as relation_to_head,
        {{ concept_value(contract, 'grid.code') }} as grid_code,
        {{ lives_here(contract, role) }} as lives_here,
        {{ address_meaning(contract) }} as meaning
    from {{ ref(contract.model) }}
    {% endfor %}
    {% endfor %}
),

address_link as (
    select * from {{ ref('address_link') }}
)

select
    {{ row_key(['named.extract', 'named.role', 'named.delivery_id', 'named.source_row']) }} as evidence_key,
    named.*,
    address_link.address_code,
    address_link.building_key
from named
left join address_link
    on
        named.extract = address_link.extract
        and named.delivery_id = address_link.delivery_id
        and named.source_row = address_link.source_row
where named.identity_number_text is not null or named.name_text is not null
