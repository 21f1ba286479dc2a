{#- What the models of collection share: extracts as bits of one number, and the attributes that departments ask for. -#}

{#- Extracts as powers of two, so that which of them speak of a person is one number and a group-by over people stays narrow. -#}
{% macro extract_bits() -%}
    {%- set bits = {} -%}
    {%- for contract in contracts() -%}
        {%- do bits.update({contract.id: 2 ** loop.index0}) -%}
    {%- endfor -%}
    {{ return(bits) }}
{%- endmacro %}

{#- The bit of an extract. -#}
{% macro extract_bit(extract) -%}
    cast(case {{ extract }}{% for id, bit in extract_bits().items() %} when '{{ id }}' then {{ bit }}{% endfor %} else 0 end as bigint)
{%- endmacro %}

{#- Rows department, bits: the extracts of each department as one number. The data centre does not appraise itself. -#}
{% macro department_bits() -%}
    {%- set sums = {} -%}
    {%- for contract in contracts() if contract.department != 'data_centre' -%}
        {%- do sums.update({contract.department: sums.get(contract.department, 0) + extract_bits()[contract.id]}) -%}
    {%- endfor -%}
    {%- for department, bits in sums.items() %}
    {{ 'union all' if not loop.first }}
    select '{{ department }}' as department, cast({{ bits }} as bigint) as bits
    {%- endfor %}
{%- endmacro %}

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
    from {{ ref(contract.model) }}
        {%- endif -%}
    {%- endfor %}
    ) as further on person_statement.row_key = further.row_key and person_statement.role = further.role
    {%- endif -%}
{%- endmacro %}

{#- The figures of repeated collection by department and attribute, and over all attributes. -#}
{% macro repeated_collection_figures(summed) -%}
    select
        as_of.as_of_date,
        {{ summed }}.department,
        case when level.of_all then 'all' else {{ summed }}.attribute end as attribute,
        max(case when not level.of_all then source.answered_by end) as answered_by,
        {% for column in ['people_asked', 'people_asked_by_two', 'people_asked_by_more', 'people_answers_agree'] %}
        cast(sum(case when not level.of_all then {{ summed }}.{{ column }} end) as bigint) as {{ column }},
        {% endfor %}
        sum(case when not level.of_all then {{ ratio('people_answers_agree', 'people_asked_by_two + people_asked_by_more') }} end)
            as agreement_rate,
        cast(sum({{ summed }}.values_asked) as bigint) as values_asked,
        cast(sum({{ summed }}.values_repeated) as bigint) as values_repeated,
        {{ ratio('sum(' ~ summed ~ '.values_repeated)', 'sum(' ~ summed ~ '.values_asked)') }} as repeated_collection_rate,
        cast(round(sum({{ summed }}.values_repeated * rule.seconds_to_ask) / 3600.0, 1) as double) as hours_saved
    from {{ summed }}
    inner join {{ ref('collected_attribute') }} as rule on {{ summed }}.attribute = rule.attribute
    left join (
        select
            attribute,
            min(extract) as answered_by
        from {{ ref('attribute_source') }}
        where precedence = 1
        group by attribute
    ) as source on {{ summed }}.attribute = source.attribute
    cross join (select true as of_all union all select false as of_all) as level
    cross join {{ ref('as_of') }} as as_of
    group by
        as_of.as_of_date, {{ summed }}.department, case when level.of_all then 'all' else {{ summed }}.attribute end
{%- endmacro %}

{#- The facts that a service can ask for and some extract delivers, each with the condition under which it is held of a
    resident. A fact of seeds/rules/service_item_fact.csv that is not here is one that nobody delivers. -#}
{% macro service_facts() -%}
    {%- set facts = {
        'identity_number': 'person.identity_number is not null',
        'birth_date': 'person.birth_date is not null',
        'phone': 'person.phone is not null',
        'registered_address': 'person.registered_address_code is not null',
        'residence_address': 'person_state.address_code is not null',
        'household_relation': 'household_member.relation is not null',
        'marital_status': 'person.marital_status is not null',
        'home_or_tenancy': 'provided.address_code is not null',
    } -%}
    {%- for fact, extract in {
        'seen_at_home': 'community.household_visits',
        'social_insurance': 'human_resources.social_insurance',
        'disability_certificate': 'disabled_federation.disability_certificates',
        'health_record': 'health.resident_records',
    }.items() -%}
        {%- do facts.update({fact: 'coverage.extracts & ' ~ extract_bits().get(extract, 0) ~ ' > 0'}) -%}
    {%- endfor -%}
    {{ return(facts) }}
{%- endmacro %}

{#- The bit of a fact; 0 where nobody delivers it. -#}
{% macro fact_bit(fact) -%}
    cast(case {{ fact }}{% for name in service_facts() %} when '{{ name }}' then {{ 2 ** loop.index0 }}{% endfor %} else 0 end as bigint)
{%- endmacro %}

{#- What is asked of a resident, and when nobody knows it. -#}
{% macro resident_items() -%}
    {%- set items = {
        'identity_number': 'person.identity_number is null',
        'name': 'person.name is null',
        'sex': 'person.sex is null',
        'birth_date': 'person.birth_date is null',
        'phone': 'person.phone is null',
        'registered_address': 'person.registered_address_code is null and person.registered_area_code is null',
        'residence_address': 'false',
    } -%}
    {%- for attribute in further_attributes() -%}
        {%- do items.update({attribute: 'person.' ~ attribute ~ ' is null'}) -%}
    {%- endfor -%}
    {{ return(items) }}
{%- endmacro %}
