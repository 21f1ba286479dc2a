-- Grain: one row per person, attribute, distinct value and whether a column or the own number says so (属性取值候选).
-- A view, to be asked for one person or some; what a run needs of it stands in person_value_contested.
{{ config(materialized='view') }}

{{ attribute_values() }}
