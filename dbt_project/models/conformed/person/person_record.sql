-- Grain: one row per record that takes part in a comparison (匹配记录). What is only compared is kept as numbers.
{{ config(materialized='by_change', key='record_id') }}

{% set lists = {
    'birth_dates': ('birth_date', 'birth_date'),
    'address_codes': ('address_code', row_key(['address_code'])),
    'building_keys': ('building_key', 'building_key'),
    'phones': ('phone', row_key(['phone'])),
} %}
with

person_compared as (
    select * from {{ by_key(ref('person_compared'), 'record_id') }}
),

name_bearer as (
    select * from {{ through(ref('name_bearer'), 'name', 'name', this, 'record_id') }}
),

statement as (
    select person_statement.*
    from {{ by_key(ref('person_statement'), 'record_id') }} as person_statement
    inner join person_compared on person_statement.record_id = person_compared.record_id
),

record as (
    select
        statement.record_id,
        statement.owns_number,
        coalesce(max(number_owner.name), max(statement.name)) as name,
        max(coalesce(statement.identity_number, statement.spoilt_number)) as number_text,
        max(case when statement.owns_number then statement.number_sex else statement.sex end) as sex,
        max(coalesce(case when statement.owns_number then statement.number_birth_date end, statement.birth_date))
            as birth_date,
        max(case when statement.meaning = 'residence' and statement.role = 'subject' then 1 else 0 end)
            as lives_at_address
    from statement
    left join {{ by_key(ref('number_owner'), 'record_id') }} as number_owner
        on statement.owns_number and statement.record_id = number_owner.record_id
    group by statement.record_id, statement.owns_number
),

{% for name, (column, value) in lists.items() %}
known_{{ name }} as (
    {% set stated = 'select distinct record_id, ' ~ value ~ ' as value from statement' -%}
    {{ list_by_record(stated ~ ' where ' ~ column ~ ' is not null', name) }}
),

{% endfor %}
known_mates as (
    {{ list_by_record('select record_id, name_key as value from ' ~ ref('person_mate'), 'mates') }}
)

select
    record.*,
    person_name.reading,
    person_name.sorted_characters,
    coalesce(name_bearer.bearers, 0) as bearers,
    {% for name in lists %}
    known_{{ name }}.{{ name }},
    {% endfor %}
    known_mates.mates,
    person_compared.pair_keys
from record
inner join person_compared on record.record_id = person_compared.record_id
left join (
    select distinct name, reading, sorted_characters
    from {{ dictionary(ref('person_name')) }}
    where name in (select name from record)
) as person_name
    on record.name = person_name.name
left join name_bearer on record.name = name_bearer.name
{% for name in lists.keys() | list + ['mates'] %}
left join known_{{ name }} on record.record_id = known_{{ name }}.record_id
{% endfor %}
