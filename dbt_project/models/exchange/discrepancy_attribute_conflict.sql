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

-- Each row that states a value which is not the one that holds.
found as (
    select
        {{ each_of('other.evidence_keys') }} as evidence_key,
        other.person_key,
        other.attribute,
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
)

{{ discrepancies_of_statements('found') }}
