-- Grain: one row per record that takes part in a comparison (匹配记录). What is only compared is kept as numbers.
{{ config(materialized='by_change', key='record_id') }}

{#- Named where they are read, not once above: DuckDB copies what two places share. #}
{% set person_statement = by_key(ref('person_statement'), 'record_id') %}
{% set person_compared = by_key(ref('person_compared'), 'record_id') %}
{% set lists = {
    'birth_dates': 'person_statement.birth_date',
    'address_codes':
        'case when person_statement.address_code is not null then ' ~ row_key(['person_statement.address_code']) ~ ' end',
    'building_keys': 'person_statement.building_key',
    'phones': 'case when person_statement.phone is not null then ' ~ row_key(['person_statement.phone']) ~ ' end',
} %}
with

record as (
    select
        person_statement.record_id,
        person_statement.owns_number,
        coalesce(max(number_owner.name), max(person_statement.name)) as name,
        max(coalesce(person_statement.identity_number, person_statement.spoilt_number)) as number_text,
        max(case when person_statement.owns_number then person_statement.number_sex else person_statement.sex end)
            as sex,
        max(coalesce(
            case when person_statement.owns_number then person_statement.number_birth_date end,
            person_statement.birth_date
        )) as birth_date,
        {% for list, value in lists.items() %}
        min({{ value }}) as least_{{ list }},
        min({{ value }}) < max({{ value }}) as has_several_{{ list }},
        {% endfor %}
        max(case when person_statement.meaning = 'residence' and person_statement.role = 'subject' then 1 else 0 end)
            as lives_at_address
    from {{ person_statement }} as person_statement
    inner join {{ person_compared }} as person_compared on person_statement.record_id = person_compared.record_id
    left join {{ by_key(ref('number_owner'), 'record_id') }} as number_owner
        on person_statement.owns_number and person_statement.record_id = number_owner.record_id
    group by person_statement.record_id, person_statement.owns_number
),

-- Most records say one thing of each: only what the others say is listed.
several as (
    select
        {% for list, value in lists.items() %}
        {{ distinct_list(value) }} as {{ list }},
        {% endfor %}
        person_statement.record_id
    from {{ person_statement }} as person_statement
    inner join record on person_statement.record_id = record.record_id
    where
        false
        {% for list in lists %}
        or record.has_several_{{ list }}
        {% endfor %}
    group by person_statement.record_id
)

select
    record.record_id,
    record.owns_number,
    record.name,
    record.number_text,
    record.sex,
    record.birth_date,
    record.lives_at_address,
    person_name.reading,
    person_name.sorted_characters,
    coalesce(name_bearer.bearers, 0) as bearers,
    {% for list in lists %}
    coalesce(several.{{ list }}, {{ list_of('record.least_' ~ list) }}) as {{ list }},
    {% endfor %}
    known_mates.mates,
    person_compared.pair_keys
from record
inner join {{ person_compared }} as person_compared on record.record_id = person_compared.record_id
left join (
    select distinct name, reading, sorted_characters
    from {{ dictionary(ref('person_name')) }}
    where name in (select name from record)
) as person_name
    on record.name = person_name.name
left join {{ through(ref('name_bearer'), 'name', 'name', this, 'record_id') }} as name_bearer
    on record.name = name_bearer.name
left join several on record.record_id = several.record_id
left join (
    select record_id, {{ sorted_list('name_key') }} as mates from {{ ref('person_mate') }} group by record_id
) as known_mates
    on record.record_id = known_mates.record_id
