-- Grain: one row per person (人员采集情况): which extracts speak of them and state each attribute, as bits of one number.
{{ config(materialized='by_change', key='person_key') }}

{#- Each says of a statement whether its extract is one of these. #}
{% set said = {
    'extracts': 'true',
    'number_extracts': "method = 'identity_number'",
    'linked_extracts': "method in ('evidence', 'decision')",
} %}
{% for attribute in collected_attributes() %}
{% do said.update({attribute ~ '_extracts': 'states_' ~ attribute, attribute ~ '_holding': 'holds_' ~ attribute}) %}
{% endfor %}
with

stated as (
    select
        person_of_record.person_key,
        person_of_record.method,
        person_statement.role,
        person_statement.extract_bit,
    {% for attribute, (stated, held) in collected_attributes().items() %}
    {{ stated }} is not null as states_{{ attribute }},
    coalesce({{ stated }} = {{ held }}, false) as holds_{{ attribute }}{{ ',' if not loop.last }}
    {% endfor %}
    from {{ through(
        ref('person_statement'), 'record_id', 'record_id', ref('person_of_record'), 'person_key', only=true
    ) }} as person_statement
    inner join {{ by_key(ref('person_of_record'), 'person_key') }} as person_of_record
        on person_statement.record_id = person_of_record.record_id
    inner join {{ by_key(ref('person'), 'person_key') }} as person on person_of_record.person_key = person.person_key
    left join {{ by_key(ref('residence'), 'person_key') }} as residence
        on person_of_record.person_key = residence.person_key and residence.valid_to is null
    {{ join_further_statements() }}
),

covered as (
    select
        person_key,
        {% for word in packed_bits(said.values() | list, 'extract_bit') %}
        bit_or({{ word }}) as word_{{ loop.index0 }},
        {% endfor %}
        max(case when role = 'owner' then 1 else 0 end) = 1 as owns_home
    from stated
    group by person_key
)

select
    person_key,
    {% for column in said %}
    {{ unpacked_bits('word_', loop.index0) }} as {{ column }},
    {% endfor %}
    owns_home
from covered
