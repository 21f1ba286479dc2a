{#- What the models of discrepancies share. Each gives one row per discrepancy and piece of evidence for it: row and role in
    doubt, person, dwelling, attribute; row, role and attribute that gainsay it. Where those stand is looked up once for
    all of them, in the model discrepancies. -#}

{#- The rows of a relation (evidence_key, person_key, attribute of the statement in doubt; other_key, other_attribute of the
    statement that gainsays it, or null) as the rows of a discrepancy model. -#}
{% macro discrepancies_of_statements(found) -%}
    select
        person_evidence.row_key,
        person_evidence.role,
        {{ found }}.person_key,
        person_evidence.address_code,
        {{ found }}.attribute,
        other.row_key as other_row_key,
        other.role as other_role,
        {{ found }}.other_attribute
    from {{ found }}
    inner join {{ ref('person_evidence') }} as person_evidence on {{ found }}.evidence_key = person_evidence.evidence_key
    left join {{ ref('person_evidence') }} as other on {{ found }}.other_key = other.evidence_key
{%- endmacro %}
