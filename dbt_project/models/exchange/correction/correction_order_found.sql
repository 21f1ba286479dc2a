-- Grain: one row per correction order and record on either side that is found at fault now, in its version
-- (当前有误记录). From the reports' few rows on: nobody need look up where every discrepancy stands.
{{ config(materialized='ephemeral') }}

with

-- The order's record, or the other side's of its extract: of a person's rows now one, now the other is the further one.
reported as (
    select
        report.order_id,
        report.kind,
        report.extract,
        report.role,
        report.column_name,
        source_record.row_key,
        source_record.record_key,
        source_record.version
    from {{ ref('correction_order_report') }} as report
    inner join {{ ref('source_record') }} as source_record
        on report.extract = source_record.extract and report.record_key = source_record.record_key
    where report.side in ('own', 'other')
),

-- A row that names nobody is known by its own number.
stated as (
    select
        reported.*,
        coalesce(person_statement.evidence_key, reported.row_key) as evidence_key
    from reported
    left join {{ ref('person_statement') }} as person_statement
        on reported.row_key = person_statement.row_key and reported.role = person_statement.role
    where person_statement.evidence_key is not null or reported.role = 'subject'
)

select distinct
    stated.order_id,
    stated.record_key,
    stated.version
from stated
inner join {{ ref('found_discrepancy') }} as found
    on stated.kind = found.kind and stated.evidence_key = found.evidence_key
left join {{ ref('attribute_column') }} as attribute_column
    on
        stated.extract = attribute_column.extract
        and stated.role = attribute_column.role
        and found.attribute = attribute_column.attribute
where coalesce(attribute_column.column_name, found.attribute) = stated.column_name
