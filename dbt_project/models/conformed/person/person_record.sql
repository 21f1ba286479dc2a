-- Grain: one row per record that takes part in a comparison (匹配记录). What is only compared is kept as numbers.
{{ config(materialized='by_change', key='record_id') }}

{#- What two places share DuckDB copies: person_said is named where it is read, so that there is one copy. #}
{% set lists = record_lists() %}
with

-- Most records say one thing of each: only what the others say is listed.
several as (
    select
        {% for list, value in lists.items() %}
        {{ distinct_list(value) }} as {{ list }},
        {% endfor %}
        person_statement.record_id
    from {{ by_key(ref('person_statement'), 'record_id') }} as person_statement
    inner join {{ ref('person_said') }} as said on person_statement.record_id = said.record_id
    where
        false
        {% for list in lists %}
        or said.has_several_{{ list }}
        {% endfor %}
    group by person_statement.record_id
)

select
    said.record_id,
    said.owns_number,
    said.name,
    said.number_text,
    said.sex,
    said.birth_date,
    said.lives_at_address,
    person_name.reading,
    person_name.sorted_characters,
    coalesce(name_bearer.bearers, 0) as bearers,
    {% for list in lists %}
    coalesce(several.{{ list }}, {{ list_of('said.least_' ~ list) }}) as {{ list }},
    {% endfor %}
    known_mates.mates,
    person_compared.pair_keys
from {{ ref('person_said') }} as said
inner join {{ by_key(ref('person_compared'), 'record_id') }} as person_compared
    on said.record_id = person_compared.record_id
left join (
    select distinct name, reading, sorted_characters
    from {{ dictionary(ref('person_name')) }}
    where name in (select name from {{ ref('person_said') }})
) as person_name
    on said.name = person_name.name
left join {{ through(ref('name_bearer'), 'name', 'name', this, 'record_id') }} as name_bearer
    on said.name = name_bearer.name
left join several on said.record_id = several.record_id
left join (
    select record_id, {{ sorted_list('name_key') }} as mates from {{ ref('person_mate') }} group by record_id
) as known_mates
    on said.record_id = known_mates.record_id
