-- Grain: one row per statement of person_evidence (人员主键成员): the number by which the registry of keys knows the row.
-- Rows of one record key that stand twice in a delivery are told apart by what they say, or else by their order.
{{ config(materialized='by_change', key='evidence_key') }}

with

person_statement as (
    select * from {{ by_key(ref('person_statement'), 'evidence_key') }}
),

every_row as (
    select * from
        {{ through(ref('person_statement'), 'base_member', 'base_member', ref('person_statement'), only=true) }}
),

person_cluster as (
    select * from {{ through(ref('person_cluster'), 'record_id', 'record_id', ref('person_statement')) }}
),

source_record as (
    select * from {{ through(ref('source_record'), 'row_key', 'row_key', ref('person_statement')) }}
),

repeated as (
    select base_member
    from every_row
    group by base_member
    having count(*) > 1
),

copy as (
    select
        every_row.evidence_key,
        row_number() over (
            partition by every_row.base_member
            order by
                source_record.record_key nulls last,
                source_record.version nulls last,
                source_record.row_key nulls last
        ) as place
    from every_row
    inner join repeated on every_row.base_member = repeated.base_member
    inner join source_record on every_row.row_key = source_record.row_key
)

select
    person_statement.evidence_key,
    case
        when copy.place > 1 then {{ bits_of_either('person_statement.base_member', 'copy.place * 1099511627791') }}
        else person_statement.base_member
    end as member,
    coalesce(person_cluster.cluster_id, person_statement.record_id) as cluster_id
from person_statement
left join person_cluster on person_statement.record_id = person_cluster.record_id
left join copy on person_statement.evidence_key = copy.evidence_key
