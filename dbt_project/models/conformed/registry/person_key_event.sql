-- Grain: one row per event of a key that this build proposes (人员主键事件): mint, split or merge.
-- A key that no cluster holds any more was merged away; where most of its rows are gone, it waits for their return.
with

person_key_origin as (
    select * from {{ ref('person_key_origin') }}
),

person_member as (
    select * from {{ ref('person_member') }}
),

person_key_overlap as (
    select * from {{ ref('person_key_overlap') }}
),

new_key as (
    select
        person_key_origin.origin as event,
        person_key_origin.person_key,
        person_key_origin.origin_key as other_key,
        count(*) as members
    from person_key_origin
    inner join person_member on person_key_origin.cluster_id = person_member.cluster_id
    where person_key_origin.origin <> 'held'
    group by person_key_origin.origin, person_key_origin.person_key, person_key_origin.origin_key
),

shared as (
    select
        person_key_overlap.held_key,
        person_key_overlap.members,
        heir.person_key,
        row_number() over (
            partition by person_key_overlap.held_key
            order by
                case when heir.person_key is null then 1 else 0 end nulls last,
                person_key_overlap.members desc nulls last,
                heir.person_key nulls last
        ) as place,
        sum(person_key_overlap.members) over (partition by person_key_overlap.held_key) as members_held,
        sum(case when heir.person_key is null then person_key_overlap.members else 0 end) over (
            partition by person_key_overlap.held_key
        ) as members_gone
    from person_key_overlap
    left join {{ ref('person_key') }} as holder on person_key_overlap.held_key = holder.person_key
    left join {{ ref('person_key') }} as heir on person_key_overlap.cluster_id = heir.cluster_id
    where holder.person_key is null
),

merged_key as (
    select
        'merge' as event,
        held_key as person_key,
        person_key as other_key,
        members_held as members
    from shared
    where place = 1 and person_key is not null and 2 * members_gone <= members_held
)

select
    event,
    person_key,
    other_key,
    cast(members as bigint) as members
from new_key
union all
select
    event,
    person_key,
    other_key,
    cast(members as bigint) as members
from merged_key
