-- Grain: one row per statement of person_evidence (人员关联).
with

person_evidence as (
    select * from {{ ref('person_evidence') }}
),

person_statement as (
    select * from {{ ref('person_statement') }}
),

person_cluster as (
    select * from {{ ref('person_cluster') }}
),

person_key as (
    select * from {{ ref('person_key') }}
),

decided as (
    select
        person_statement.evidence_key,
        person_statement.owns_number,
        coalesce(person_cluster.cluster_id, person_statement.record_id) as cluster_id,
        person_cluster.standing,
        person_cluster.weight,
        person_cluster.runner_up
    from person_statement
    left join person_cluster on person_statement.record_id = person_cluster.record_id
)

select
    person_evidence.extract,
    person_evidence.role,
    person_evidence.record_key,
    person_evidence.version,
    person_evidence.delivery_id,
    person_evidence.source_file,
    person_evidence.source_row,
    person_evidence.evidence_key,
    person_key.person_key,
    case
        when decided.owns_number then 'identity_number'
        when decided.standing = 'decided' then 'decision'
        when decided.standing = 'linked' then 'evidence'
        when decided.standing = 'open' then 'open'
        else 'alone'
    end as method,
    case
        when decided.owns_number or decided.standing = 'decided' then 1.0
        when decided.weight is not null then 1 - 1 / (1 + power(2.0, least(decided.weight, 40)))
        else 0.0
    end as confidence
from decided
inner join person_evidence on decided.evidence_key = person_evidence.evidence_key
inner join person_key on decided.cluster_id = person_key.cluster_id
