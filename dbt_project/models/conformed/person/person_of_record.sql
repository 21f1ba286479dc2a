-- Grain: one row per record (匹配记录): the cluster that it is gathered into, and the person whose cluster that is.
{{ config(materialized='by_change', key='record_id') }}

with

record as (
    select
        record_id,
        max(case when owns_number then 1 else 0 end) = 1 as owns_number
    from {{ by_key(ref('person_statement'), 'record_id') }}
    group by record_id
),

person_cluster as (
    select * from {{ by_key(ref('person_cluster'), 'record_id') }}
),

-- Of a record that stands in a cluster of several, and of one that stands alone.
cluster_key as (
    select *
    from {{ through(ref('person_key'), 'cluster_id', 'cluster_id', ref('person_cluster'), 'record_id') }}
),

own_key as (
    select * from {{ by_key(ref('person_key'), 'cluster_id') }}
)

select
    record.record_id,
    coalesce(cluster_key.person_key, own_key.person_key) as person_key,
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
left join cluster_key on person_cluster.cluster_id = cluster_key.cluster_id
left join own_key on person_cluster.record_id is null and record.record_id = own_key.cluster_id
