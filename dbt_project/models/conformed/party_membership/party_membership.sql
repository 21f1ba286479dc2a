-- Grain: one row per party member (person); of a person's rows the last one delivered.
with memberships as (
    select
        person_link.person_key,
        party_members.*,
        row_number() over (
            partition by person_link.person_key
            order by party_members.delivery_date desc nulls last, party_members.source_row desc nulls last
        ) as recency
    from {{ ref('stg_party_building__party_members') }} as party_members
    inner join {{ ref('person_link') }} as person_link
        on
            party_members.extract = person_link.extract
            and party_members.delivery_id = person_link.delivery_id
            and party_members.source_row = person_link.source_row
            and person_link.role = 'subject'
)

select
    memberships.person_key,
    memberships.party_branch,
    memberships.joined_on,
    memberships.member_category,
    coalesce(meaning.meaning, 'other') as category_meaning,
    -- Where the party office writes them down; where they live is conformed.residence.
    address_link.address_code,
    dwelling.grid_code,
    memberships.extract,
    memberships.delivery_id,
    memberships.source_file,
    memberships.source_row
from memberships
left join {{ ref('address_link') }} as address_link
    on
        memberships.extract = address_link.extract
        and memberships.delivery_id = address_link.delivery_id
        and memberships.source_row = address_link.source_row
left join {{ ref('dwelling') }} as dwelling on address_link.address_code = dwelling.address_code
left join {{ ref('category_meaning') }} as meaning
    on memberships.member_category = meaning.code and meaning.code_set = 'member_category'
where memberships.recency = 1
