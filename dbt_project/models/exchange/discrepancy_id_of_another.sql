-- Grain: one row per statement with somebody else's number and piece of evidence for it (证件号码属他人).
{{ config(materialized='ephemeral') }}

with

person_of_statement as (
    select * from {{ ref('person_of_statement') }}
),

number as (
    select person_key, identity_number, number_evidence_key as evidence_key
    from {{ ref('person_value_range') }}
    where identity_number is not null
),

-- A valid number under another name, or against sex and birth date, on the row of somebody who is not its owner.
valid as (
    select
        person_statement.evidence_key,
        person_of_statement.person_key,
        own_number.evidence_key as own_key,
        number.evidence_key as owner_key
    from {{ ref('person_statement') }} as person_statement
    inner join person_of_statement on person_statement.evidence_key = person_of_statement.evidence_key
    left join number on person_statement.identity_number = number.identity_number
    left join number as own_number on person_of_statement.person_key = own_number.person_key
    where
        not person_statement.owns_number
        and person_statement.identity_number is not null
        and coalesce(number.person_key <> person_of_statement.person_key, true)
        and case
            -- The person has a number of their own. Where nobody else bears this one, the birth date must gainsay it.
            when own_number.evidence_key is not null
                then number.evidence_key is not null or coalesce(person_statement.birth_relation, '') = 'differs'
            else
                number.evidence_key is not null
                and person_statement.sex_differs
                and coalesce(person_statement.birth_relation, '') = 'differs'
        end
),

found as (
    select * from valid
    union all
    select * from {{ ref('spoilt_number_of_another') }}
),

referred as (
    select evidence_key, person_key, own_key as other_key from found
    union all
    select evidence_key, person_key, owner_key as other_key from found
),

numbered as (
    select
        evidence_key,
        person_key,
        'identity_number' as attribute,
        other_key,
        'identity_number' as other_attribute
    from referred
)

{{ discrepancies_of_statements('numbered') }}
