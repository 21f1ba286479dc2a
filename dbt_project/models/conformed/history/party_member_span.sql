-- Grain: one row per party member in a grid and span of days, as known now (党员在格区间).
{{ config(materialized='view') }}

select
    person_key,
    grid_code,
    party_branch,
    valid_from,
    valid_to
from {{ ref('party_member_change') }}
where known_to is null
union all
select
    person_key,
    grid_code,
    party_branch,
    cast(null as date) as valid_from,
    cast(null as date) as valid_to
from {{ ref('party_member_state') }}
where person_key not in (select changing.person_key from {{ ref('person_cell') }} as changing)
