-- Grain: one row per record that takes part in a comparison (记录陈述): what its statements say; of what may well be said
-- in several ways, the least, and whether there are several.
{{ config(materialized='ephemeral') }}

{% set lists = record_lists() %}
with

-- All its statements say what makes the record, or what its number tells. Its number and name stand with its owner.
stated as (
    select
        person_statement.record_id,
        person_statement.owns_number,
        max(person_statement.name) as name,
        any_value(
            case
                when not person_statement.owns_number or person_statement.name is null
                    then coalesce(person_statement.identity_number, person_statement.spoilt_number)
            end
        ) as number_text,
        any_value(
            case when person_statement.owns_number then person_statement.number_sex else person_statement.sex end
        ) as sex,
        any_value(coalesce(
            case when person_statement.owns_number then person_statement.number_birth_date end,
            person_statement.birth_date
        )) as birth_date,
        {% for list, value in lists.items() %}
        min({{ value }}) as least_{{ list }},
        min({{ value }}) < max({{ value }}) as has_several_{{ list }},
        {% endfor %}
        max(case when person_statement.meaning = 'residence' and person_statement.role = 'subject' then 1 else 0 end)
            as lives_at_address
    from {{ by_key(ref('person_statement'), 'record_id') }} as person_statement
    inner join {{ by_key(ref('person_compared'), 'record_id') }} as person_compared
        on person_statement.record_id = person_compared.record_id
    group by person_statement.record_id, person_statement.owns_number
)

select
    stated.record_id,
    stated.owns_number,
    coalesce(number_owner.name, stated.name) as name,
    coalesce(number_owner.identity_number, stated.number_text) as number_text,
    stated.sex,
    stated.birth_date,
    {% for list in lists %}
    stated.least_{{ list }},
    stated.has_several_{{ list }},
    {% endfor %}
    stated.lives_at_address
from stated
left join {{ by_key(ref('number_owner'), 'record_id') }} as number_owner
    on stated.owns_number and stated.record_id = number_owner.record_id
