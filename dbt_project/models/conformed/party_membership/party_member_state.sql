-- Grain: one row per as_of_date and party member who lives in a grid.
select
    person_state.as_of_date,
    party_membership.person_key,
    person_state.grid_code,
    party_membership.party_branch,
    party_membership.category_meaning,
    person_state.age,
    person_state.registration = 'floating' as is_floating,
    -- The party office writes them down in a grid in which they do not live.
    coalesce(party_membership.grid_code <> person_state.grid_code, false) as is_written_elsewhere,
    coalesce(
        {{ dbt.datediff('party_membership.joined_on', 'person_state.as_of_date', 'day') }} between 0 and 364, false
    ) as joined_last_year
from {{ ref('party_membership') }} as party_membership
inner join {{ ref('person_state') }} as person_state on party_membership.person_key = person_state.person_key
where person_state.placement = 'grid'
