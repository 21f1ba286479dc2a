{#- What the models of discrepancies share. Each gives one row per discrepancy and piece of evidence for it: the statement in
    doubt (or the row, where it names no person), person, dwelling, attribute; the statement or row that gainsays it, and
    in which attribute. Where those stand is looked up once for all of them, in located_discrepancy. -#}

{#- The rows of a relation (evidence_key, person_key, attribute; other_key, other_attribute, or null) as the rows of a
    discrepancy model; the dwelling is that of the statement. -#}
{% macro discrepancies_of_statements(found) -%}
    select
        evidence_key,
        person_key,
        cast(null as varchar) as address_code,
        attribute,
        other_key,
        other_attribute
    from {{ found }}
{%- endmacro %}
