-- Grain: one row per statement and attribute whose value is not the one that holds (属性不一致).
{{ config(materialized='ephemeral') }}

with

contested as (
    select * from {{ ref('person_value_contested') }}
),

chosen as (
    select
        person_key,
        attribute,
        {{ first_value_by('value_text', 'standing') }} as value_text,
        {{ first_value_by('evidence_key', 'standing') }} as evidence_key,
        {{ first_value_by('from_number', 'standing') }} as from_number
    from contested
    group by person_key, attribute
),

beaten as (
    select
        other.person_key,
        other.attribute,
        other.value_text,
        chosen.evidence_key as other_key,
        case when chosen.from_number then 'identity_number' else chosen.attribute end as other_attribute
    from chosen
    inner join contested as other
        on
            chosen.person_key = other.person_key
            and chosen.attribute = other.attribute
            and chosen.value_text <> other.value_text
    where
        not other.from_number
        -- A name with a hidden character says nothing against another.
        and chosen.value_text not like '%?%'
        and other.value_text not like '%?%'
),

found as (
    select
        person_of_statement.evidence_key,
        beaten.person_key,
        beaten.attribute,
        beaten.other_key,
        beaten.other_attribute
    from beaten
    inner join {{ ref('person_of_statement') }} as person_of_statement
        on beaten.person_key = person_of_statement.person_key
    inner join {{ ref('person_statement') }} as person_statement
        on person_of_statement.evidence_key = person_statement.evidence_key
    -- Not by person_fact, which reads every statement once for each attribute.
    where
        beaten.value_text = case beaten.attribute
            when 'name' then person_statement.name
            when 'sex' then person_statement.sex
            when 'birth_date' then cast(person_statement.birth_date as varchar)
        end
)

{{ discrepancies_of_statements('found') }}
