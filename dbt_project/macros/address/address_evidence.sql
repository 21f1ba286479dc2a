{#- The columns by which an extract's rows take part in address linking: address, address code, house code. The register of
    dwellings is what the others are matched against and takes no part. -#}
{% macro address_columns(contract) -%}
    {%- set columns = [] -%}
    {%- for concept in ['dwelling.address', 'dwelling.address_code', 'dwelling.house_code'] -%}
        {%- set column = concept_column(contract, concept) -%}
        {%- if column and contract.model != 'stg_grid_office__standard_addresses' %}{% do columns.append(column) %}{% endif -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{#- The kinds of hint (旁证类型): a number of a kind is its place here. -#}
{% macro address_hint_kinds() -%}
    {{ return(['house_code', 'same_household', 'same_person', 'same_phone', 'other_role']) }}
{%- endmacro %}

{#- What a row says that other rows say of the same dwelling: a list of kind and the columns that make it. A person is known
    by number and name together, so that a borrowed number brings nobody to a relative's dwelling. Owners, landlords and legal
    representatives need not live there: theirs only tells between dwellings that the text can mean. -#}
{% macro address_hints(contract) -%}
    {%- set wanted = [
        ('house_code', ['dwelling.house_code'], 'subject'),
        ('same_household', ['household.number'], 'subject'),
        ('same_phone', ['person.phone', 'person.name'], 'subject'),
    ] -%}
    {%- for role in person_roles(contract) -%}
        {%- do wanted.append((
            'same_person' if role == 'subject' else 'other_role', ['person.identity_number', 'person.name'], role
        )) -%}
    {%- endfor -%}
    {%- set hints = [] -%}
    {%- for kind, concepts, role in wanted -%}
        {%- set columns = [] -%}
        {%- for concept in concepts %}{% do columns.append(concept_column(contract, concept, role)) %}{% endfor -%}
        {%- if none not in columns %}{% do hints.append({'kind': kind, 'columns': columns}) %}{% endif -%}
    {%- endfor -%}
    {{ return(hints) }}
{%- endmacro %}
