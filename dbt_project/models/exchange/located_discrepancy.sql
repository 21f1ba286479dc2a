-- Grain: one row per discrepancy and piece of evidence for it (差异定位): where both rows stand, and in which column;
-- what is no attribute of a person is called as its column.
{{ config(materialized='ephemeral') }}

with

found as (
    select * from {{ ref('found_discrepancy') }}
),

-- A row that names nobody is known by its own number. The statements are named where they are joined, not once above:
-- only there it is known how few are sought.
stated as (
    select
        found.*,
        coalesce(own.row_key, found.evidence_key) as row_key,
        coalesce(own.role, 'subject') as role,
        coalesce(found.address_code, own.address_code) as dwelling_code,
        coalesce(other.row_key, found.other_key) as other_row_key,
        coalesce(other.role, 'subject') as other_role
    from found
    left join {{ ref('person_statement') }} as own on found.evidence_key = own.evidence_key
    left join {{ ref('person_statement') }} as other on found.other_key = other.evidence_key
)

select
    stated.kind,
    own_record.extract,
    stated.role,
    own_record.record_key,
    own_record.version,
    own_record.delivery_id,
    own_record.source_file,
    own_record.source_row,
    coalesce(own_column.column_name, stated.attribute) as column_name,
    stated.person_key,
    stated.dwelling_code as address_code,
    stated.attribute,
    other_record.extract as evidence_extract,
    other_record.source_file as evidence_file,
    other_record.source_row as evidence_row,
    stated.other_attribute as evidence_attribute,
    coalesce(other_column.column_name, stated.other_attribute) as evidence_column
from stated
inner join {{ ref('source_record') }} as own_record on stated.row_key = own_record.row_key
left join {{ ref('source_record') }} as other_record on stated.other_row_key = other_record.row_key
left join {{ ref('attribute_column') }} as own_column
    on
        own_record.extract = own_column.extract
        and stated.role = own_column.role
        and stated.attribute = own_column.attribute
left join {{ ref('attribute_column') }} as other_column
    on
        other_record.extract = other_column.extract
        and stated.other_role = other_column.role
        and stated.other_attribute = other_column.attribute
