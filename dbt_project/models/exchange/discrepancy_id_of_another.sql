-- Grain: one row per statement with somebody else's number and piece of evidence for it (证件号码属他人).
{{ config(materialized='ephemeral') }}

with

-- A valid number on a row of somebody who is not its owner by that row.
claimed as (
    select * from {{ ref('number_in_doubt') }} where identity_number is not null
),

-- Of these few, and not of everybody.
owner_number as (
    select
        person_key,
        identity_number,
        number_evidence_key as evidence_key
    from {{ ref('person_value_range') }}
    where identity_number in (select identity_number from claimed)
),

-- It stands under another name, or against sex and birth date, and the person is not its owner by other rows either.
valid as (
    select
        claimed.evidence_key,
        claimed.person_key,
        claimed.own_key,
        owner_number.evidence_key as owner_key
    from claimed
    left join owner_number on claimed.identity_number = owner_number.identity_number
    where
        coalesce(owner_number.person_key <> claimed.person_key, true)
        and case
            -- The person has a number of their own. Where nobody else bears this one, the birth date must gainsay it.
            when claimed.own_key is not null
                then owner_number.evidence_key is not null or claimed.birth_differs
            else owner_number.evidence_key is not null and claimed.sex_differs and claimed.birth_differs
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
