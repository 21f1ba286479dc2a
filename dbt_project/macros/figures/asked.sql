{#- What departments ask people for (采集项), by the concepts of the contracts. -#}

{#- What a column asks a person for: an attribute of the concept's name, or by its meaning an address; none for anything else. -#}
{% macro asked_attribute(entry) -%}
    {%- if entry.concept.startswith('person.') -%}
        {{ return(entry.concept.split('.')[1]) }}
    {%- endif -%}
    {{ return({'registration': 'registered_address', 'residence': 'residence_address'}.get(entry.meaning)) }}
{%- endmacro %}

{#- The attributes that more than one department asks people for, by the concepts of the contracts: what a row states, and the
    value that holds. What conformed.person_evidence does not carry is read beside it (further_attributes). -#}
{% macro collected_attributes() -%}
    {%- set asking = {} -%}
    {%- for contract in contracts() -%}
        {%- for entry in contract.concepts if asked_attribute(entry) -%}
            {%- do asking.setdefault(asked_attribute(entry), []).append(contract.department) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set of_evidence = {
        'identity_number': ['coalesce(person_statement.identity_number, person_statement.spoilt_number)', 'person.identity_number'],
        'name': ['person_statement.name', 'person.name'],
        'sex': ['person_statement.sex', 'person.sex'],
        'birth_date': ['person_statement.birth_date', 'person.birth_date'],
        'phone': ['person_statement.phone', 'person.phone'],
        'registered_address': [
            "case when person_statement.meaning = 'registration' then person_statement.address_code end",
            'person.registered_address_code',
        ],
        'residence_address': [
            "case when person_statement.lives_here is not null then person_statement.address_code end",
            'residence.address_code',
        ],
    } -%}
    {%- set collected = {} -%}
    {%- for attribute, departments in asking.items() if departments | unique | list | length > 1 -%}
        {%- do collected.update({attribute: of_evidence.get(attribute, ['further.' ~ attribute, 'person.' ~ attribute])}) -%}
    {%- endfor -%}
    {{ return(collected) }}
{%- endmacro %}

{#- Those of them that conformed.person_evidence does not carry: none, as long as one department alone collects the rest. -#}
{% macro further_attributes() -%}
    {%- set further = [] -%}
    {%- for attribute, (stated, held) in collected_attributes().items() if stated.startswith('further.') -%}
        {%- do further.append(attribute) -%}
    {%- endfor -%}
    {{ return(further) }}
{%- endmacro %}

{#- Joins to person_statement what the rows of any extract say of them, where there are any. A row speaks so of its subject. -#}
{% macro join_further_statements() -%}
    {%- set attributes = further_attributes() -%}
    {%- set branches = [] -%}
    {%- if attributes %}
    left join (
    {%- for contract in contracts() -%}
        {%- set asked = [] -%}
        {%- for attribute in attributes if concept_column(contract, 'person.' ~ attribute) -%}
            {%- do asked.append(attribute) -%}
        {%- endfor -%}
        {%- if asked -%}
            {%- do branches.append(1) %}
    {{ 'union all' if branches | length > 1 }}
    select
        row_key,
        'subject' as role{% for attribute in attributes %},
        {{ concept_value(contract, 'person.' ~ attribute) }} as {{ attribute }}
        {%- endfor %}
    from {{ through(ref(contract.model), 'row_key', 'row_key', ref('person_of_statement'), 'person_key') }}
        {%- endif -%}
    {%- endfor %}
    ) as further on person_statement.row_key = further.row_key and person_statement.role = further.role
    {%- endif -%}
{%- endmacro %}
