-- Grain: one row per party member (person); of a person's rows the last one delivered.
with memberships as (
    select
        person_of_statement.person_key,
        party_members.*,
        row_number() over (
            partition by person_of_statement.person_key
            order by party_members.delivery_date desc nulls last, party_members.source_row desc nulls last
        ) as recency
    from {{ ref('stg_party_building__party_members') }} as party_members
    inner join {{ ref('person_of_statement') }} as person_of_statement
        on
            party_members.row_key = person_of_statement.evidence_key
            and person_of_statement.extract = 'party_building.party_members'
)

select
    memberships.person_key,
    memberships.party_branch,
    memberships.joined_on,
    memberships.member_category,
    coalesce(meaning.meaning, 'other') as category_meaning,
    -- Where the party office writes them down; where they live is conformed.residence.
    dwelling_of_row.address_code,
    dwelling.grid_code,
    memberships.extract,
    memberships.delivery_id,
    memberships.source_file,
    memberships.source_row
from memberships
left join {{ ref('dwelling_of_row') }} as dwelling_of_row
    on
        memberships.row_key = dwelling_of_row.evidence_key
        and dwelling_of_row.extract = 'party_building.party_members'
left join {{ ref('dwelling') }} as dwelling on dwelling_of_row.address_code = dwelling.address_code
left join {{ ref('category_meaning') }} as meaning
    on memberships.member_category = meaning.code and meaning.code_set = 'member_category'
where memberships.recency = 1
