-- Grain: one row per filling of a form (填报记录) that state/forms/fills.csv in the data folder names; none without it.
{{ config(materialized='ephemeral') }}

{{ recorded_fillings() }}
