-- Grain: one row per person (人员采集情况): which extracts speak of them and state each attribute, as bits of one number.
{{ config(materialized='by_change', key='person_key') }}

{#- A person's bits are held in memory until all statements are read: half of it, while the extracts are few. #}
{% set bits = 'integer' if contracts() | length < 31 else 'bigint' %}
with

stated as (
    select
        person_of_record.person_key,
        person_of_record.method,
        person_statement.role,
        cast(person_statement.extract_bit as {{ bits }}) as bit,
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
)

select
    person_key,
    cast(bit_or(bit) as bigint) as extracts,
    cast(bit_or(case when method = 'identity_number' then bit else 0 end) as bigint) as number_extracts,
    cast(bit_or(case when method in ('evidence', 'decision') then bit else 0 end) as bigint) as linked_extracts,
    {% for attribute in collected_attributes() %}
    cast(bit_or(case when states_{{ attribute }} then bit else 0 end) as bigint) as {{ attribute }}_extracts,
    cast(bit_or(case when holds_{{ attribute }} then bit else 0 end) as bigint) as {{ attribute }}_holding,
    {% endfor %}
    max(case when role = 'owner' then 1 else 0 end) = 1 as owns_home
from stated
group by person_key
