-- Grain: one row per household (户): the people who live in one dwelling.
with

household_member as (
    select * from {{ ref('household_member') }}
),

residence as (
    select * from {{ ref('residence') }}
)

select
    household_member.household_key,
    max(residence.address_code) as address_code,
    min(residence.grid_code) as grid_code,
    count(*) as members
from household_member
inner join residence on household_member.person_key = residence.person_key
group by household_member.household_key
