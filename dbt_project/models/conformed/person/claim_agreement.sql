-- Grain: one row per valid identity number and name stated with it (号码归属比对).
{{ config(materialized='by_change', key='record_id') }}

with

number_claim as (
    select * from {{ by_key(ref('number_claim'), 'record_id') }}
),

number_owner as (
    select * from {{ by_key(ref('number_owner'), 'record_id') }}
),

person_name as (
    select * from {{ dictionary(ref('person_name')) }}
),

compared as (
    select
        number_claim.record_id,
        number_claim.name_text,
        number_claim.identity_number,
        number_claim.statements,
        {{ names_alike('person_name.name', 'person_name.reading', 'number_owner.name', 'number_owner.reading') }}
            as name_agrees
    from number_claim
    inner join number_owner on number_claim.record_id = number_owner.record_id
    inner join person_name on number_claim.name_text = person_name.name_text
)

select
    record_id,
    name_text,
    identity_number,
    name_agrees,
    -- Not how many: that changes with every statement, and whoever reads it with it.
    sum(case when name_agrees then statements else 0 end) over (partition by record_id) > 1 as several_agree
from compared
