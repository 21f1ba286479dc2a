{#- What the models of discrepancies share. Each gives one row per discrepancy and piece of evidence for it. -#}

{#- The rows of a relation (evidence_key, person_key, attribute of the row in doubt; other_key, other_attribute of the row that
    gainsays it, or null) as the rows of a discrepancy model: where both stand, never what they say. -#}
{% macro discrepancies_of_statements(found) -%}
    select
        person_evidence.extract,
        person_evidence.role,
        source_record.record_key,
        source_record.version,
        source_record.delivery_id,
        source_record.source_file,
        source_record.source_row,
        {{ found }}.person_key,
        person_evidence.address_code,
        {{ found }}.attribute,
        attribute_column.column_name,
        other.extract as evidence_extract,
        other_record.source_file as evidence_file,
        other_record.source_row as evidence_row,
        {{ found }}.other_attribute as evidence_attribute,
        other_column.column_name as evidence_column
    from {{ found }}
    inner join {{ ref('person_evidence') }} as person_evidence on {{ found }}.evidence_key = person_evidence.evidence_key
    inner join {{ ref('source_record') }} as source_record on person_evidence.row_key = source_record.row_key
    left join {{ ref('person_evidence') }} as other on {{ found }}.other_key = other.evidence_key
    left join {{ ref('source_record') }} as other_record on other.row_key = other_record.row_key
    left join {{ ref('attribute_column') }} as attribute_column
        on
            person_evidence.extract = attribute_column.extract
            and person_evidence.role = attribute_column.role
            and {{ found }}.attribute = attribute_column.attribute
    left join {{ ref('attribute_column') }} as other_column
        on
            other.extract = other_column.extract
            and other.role = other_column.role
            and {{ found }}.other_attribute = other_column.attribute
{%- endmacro %}
