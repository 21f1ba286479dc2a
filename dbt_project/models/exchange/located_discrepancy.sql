-- Grain: one row per discrepancy and piece of evidence for it (差异定位): where both rows stand, and in which column;
-- what is no attribute of a person is called as its column.
{{ config(materialized='ephemeral') }}

with

found as (
    {% for kind in discrepancy_kinds() %}
    {{ 'union all' if not loop.first }}
    select '{{ kind }}' as kind, kind_{{ loop.index }}.* from {{ ref('discrepancy_' ~ kind) }} as kind_{{ loop.index }}
    {% endfor %}
)

select
    found.kind,
    own_record.extract,
    found.role,
    own_record.record_key,
    own_record.version,
    own_record.delivery_id,
    own_record.source_file,
    own_record.source_row,
    coalesce(own_column.column_name, found.attribute) as column_name,
    found.person_key,
    found.address_code,
    found.attribute,
    other_record.extract as evidence_extract,
    other_record.source_file as evidence_file,
    other_record.source_row as evidence_row,
    found.other_attribute as evidence_attribute,
    coalesce(other_column.column_name, found.other_attribute) as evidence_column
from found
inner join {{ ref('source_record') }} as own_record on found.row_key = own_record.row_key
left join {{ ref('source_record') }} as other_record on found.other_row_key = other_record.row_key
left join {{ ref('attribute_column') }} as own_column
    on
        own_record.extract = own_column.extract
        and found.role = own_column.role
        and found.attribute = own_column.attribute
left join {{ ref('attribute_column') }} as other_column
    on
        other_record.extract = other_column.extract
        and found.other_role = other_column.role
        and found.other_attribute = other_column.attribute
