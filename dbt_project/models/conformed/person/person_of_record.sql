-- Grain: one row per record (匹配记录): the cluster that it is gathered into, and the person whose cluster that is.
with

record as (
    select
        record_id,
        max(case when owns_number then 1 else 0 end) = 1 as owns_number
    from {{ ref('person_statement') }}
    group by record_id
),

person_cluster as (
    select * from {{ ref('person_cluster') }}
),

person_key as (
    select * from {{ ref('person_key') }}
)

select
    record.record_id,
    person_key.person_key,
    case
        when record.owns_number then 'identity_number'
        when person_cluster.standing = 'decided' then 'decision'
        when person_cluster.standing = 'linked' then 'evidence'
        when person_cluster.standing = 'open' then 'open'
        else 'alone'
    end as method,
    case
        when record.owns_number or person_cluster.standing = 'decided' then 1.0
        when person_cluster.weight is not null then 1 - 1 / (1 + power(2.0, least(person_cluster.weight, 40)))
        else 0.0
    end as confidence
from record
left join person_cluster on record.record_id = person_cluster.record_id
inner join person_key on coalesce(person_cluster.cluster_id, record.record_id) = person_key.cluster_id
