-- Grain: one row per pair of records worth comparing (候选比对对).
{{ config(materialized='by_change', key='record_id', other_key='other_id') }}

with

-- Each place reads the columns that it needs: DuckDB would copy what several places share. (Of the records at work a
-- build by change makes one copy: see exchange.sql.)
statement as not materialized (
    select
        record_id,
        owns_number,
        name,
        address_code,
        phone,
        building_key,
        birth_date,
        surname_key,
        characters_key,
        reading_key
    from {{ by_other(ref('person_statement'), 'record_id') }}
    where name is not null
),

mention as (
    select * from {{ by_key(ref('person_mention'), 'record_id') }}
),

numbered as (
    select * from {{ by_other(ref('person_number'), 'record_id') }}
),

sole_bearer as (
    select
        number_owner.name,
        number_owner.record_id
    from {{ by_other(ref('number_owner'), 'record_id') }} as number_owner
    inner join {{ through(ref('name_bearer'), 'name', 'name', ref('person_mention'), 'record_id') }} as name_bearer
        on number_owner.name = name_bearer.name and name_bearer.bearers = 1
),

pair as (
    {% for place, names in candidate_conditions() %}
    select mention.record_id, statement.record_id as other_id, statement.owns_number
    from mention
    inner join statement on {{ place }} and ({{ names }})
    union all
    {% endfor %}
    {% for conditions in number_conditions() %}
    select mention.record_id, numbered.record_id as other_id, numbered.owns_number
    from mention
    inner join numbered on {{ conditions | join(' and ') }}
    union all
    {% endfor %}
    select mention.record_id, sole_bearer.record_id as other_id, true as owns_number
    from mention
    inner join sole_bearer on mention.name = sole_bearer.name
    union all
    select elsewhere.record_id, statement.record_id as other_id, statement.owns_number
    from {{ by_key(ref('person_elsewhere'), 'record_id') }} as elsewhere
    inner join statement on elsewhere.address_code = statement.address_code and elsewhere.name = statement.name
)

select distinct
    record_id,
    other_id,
    owns_number as other_owns_number
from pair
where record_id <> other_id and (owns_number or record_id < other_id)
