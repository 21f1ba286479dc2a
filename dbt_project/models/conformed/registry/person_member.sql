-- Grain: one row per statement of person_evidence (人员主键成员): the number by which the registry of keys knows the row.
-- Rows of one record key that stand twice in a delivery are told apart by their order.
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

person_source as (
    {{ person_sources() }}
),

numbered as (
    select
        person_evidence.evidence_key,
        {{ bits_of_either(record_number('person_evidence.record_key'), 'person_source.source_number') }} as base_member
    from person_evidence
    inner join person_source
        on person_evidence.extract = person_source.extract and person_evidence.role = person_source.role
),

repeated as (
    select base_member
    from numbered
    group by base_member
    having count(*) > 1
),

copy as (
    select
        numbered.evidence_key,
        row_number() over (
            partition by numbered.base_member
            order by
                person_evidence.record_key nulls last,
                person_evidence.version nulls last,
                person_evidence.source_row nulls last
        ) as place
    from numbered
    inner join repeated on numbered.base_member = repeated.base_member
    inner join person_evidence on numbered.evidence_key = person_evidence.evidence_key
)

select
    numbered.evidence_key,
    case
        when copy.place > 1 then {{ bits_of_either('numbered.base_member', 'copy.place * 1099511627791') }}
        else numbered.base_member
    end as member,
    coalesce(person_cluster.cluster_id, person_statement.record_id) as cluster_id
from numbered
inner join person_statement on numbered.evidence_key = person_statement.evidence_key
left join person_cluster on person_statement.record_id = person_cluster.record_id
left join copy on numbered.evidence_key = copy.evidence_key
