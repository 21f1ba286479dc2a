-- Grain: one row per valid identity number and name stated with it (号码归属比对).
with

number_claim as (
    select * from {{ ref('number_claim') }}
),

number_owner as (
    select * from {{ ref('number_owner') }}
),

person_name as (
    select * from {{ ref('person_name') }}
),

compared as (
    select
        number_claim.record_id,
        number_claim.name_text,
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
    name_agrees,
    sum(case when name_agrees then statements else 0 end) over (partition by record_id) as agreeing_statements
from compared
