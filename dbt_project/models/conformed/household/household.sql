-- Grain: one row per household (户): the people who live in one dwelling.
{{ config(materialized='by_change', key='household_key') }}

with

household_member as (
    select * from {{ by_key(ref('household_member'), 'household_key') }}
),

residence as (
    select * from {{ through(
        ref('residence'), 'person_key', 'person_key', ref('household_member'), 'household_key', only=true
    ) }}
)

select
    household_member.household_key,
    max(residence.address_code) as address_code,
    min(residence.grid_code) as grid_code,
    count(*) as members
from household_member
inner join residence on household_member.person_key = residence.person_key
group by household_member.household_key
