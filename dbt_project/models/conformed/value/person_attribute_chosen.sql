-- Grain: one row per person and attribute (人员属性取值): the value that stands.
{{ config(materialized='view') }}
with

person_attribute_value as (
    select * from {{ ref('person_attribute_value') }}
)

select
    person_key,
    attribute,
    {{ first_value_by('value_text', 'standing') }} as value_text,
    {{ first_value_by('evidence_key', 'standing') }} as evidence_key,
    {{ first_value_by('from_number', 'standing') }} as from_number,
    min(standing) as standing,
    count(*) > 1 as is_contested,
    sum(row_count) as row_count
from person_attribute_value
group by person_key, attribute
