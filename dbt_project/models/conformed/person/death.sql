-- Grain: one row per person in the deaths register (死亡登记).
{{ config(materialized='compared') }}

with

deaths as (
    select * from {{ ref('stg_civil_affairs__deaths') }}
),

person_of_statement as (
    select * from {{ ref('person_of_statement') }} where extract = 'civil_affairs.deaths' and role = 'subject'
)

select
    person_of_statement.person_key,
    min(deaths.died_on) as died_on
from deaths
inner join person_of_statement
    on deaths.row_key = person_of_statement.evidence_key
group by person_of_statement.person_key
