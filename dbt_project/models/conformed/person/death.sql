-- Grain: one row per person in the deaths register (死亡登记).
with

deaths as (
    select * from {{ ref('stg_civil_affairs__deaths') }}
),

person_link as (
    select * from {{ ref('person_link') }} where role = 'subject'
)

select
    person_link.person_key,
    min(deaths.died_on) as died_on
from deaths
inner join person_link
    on
        deaths.extract = person_link.extract
        and deaths.delivery_id = person_link.delivery_id
        and deaths.source_row = person_link.source_row
group by person_link.person_key
