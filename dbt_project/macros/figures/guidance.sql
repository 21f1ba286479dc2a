{#- What is held of a resident, for services (免证办), and what a visit is still to ask (数据导引). -#}

{#- The facts that a service can ask for and some extract delivers, each with the condition under which it is held of a
    resident. A fact of seeds/rules/service_item_fact.csv that is not here is one that nobody delivers. -#}
{% macro service_facts() -%}
    {%- set facts = {
        'identity_number': 'person.identity_number is not null',
        'birth_date': 'person.birth_date is not null',
        'phone': 'person.phone is not null',
        'registered_address': 'person.registered_address_code is not null',
        'residence_address': 'person_now.address_code is not null',
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
