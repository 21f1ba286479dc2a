-- Grain: as person_attribute_value, of the people for whom name, sex or birth date are stated in more than one way
-- (有争议的属性取值).
{{ config(materialized='compared') }}

{{ attribute_values("(select person_key from " ~ ref('person_value_range') ~ " where is_contested)") }}
