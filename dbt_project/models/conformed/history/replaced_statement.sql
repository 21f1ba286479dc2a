-- Grain: one row per row of an extract of changes that said where somebody lives, and is not its current state any more
-- (已替换居住陈述).
{{ config(materialized='compared') }}
{% set kept = [] %}
-- depends_on: {{ ref('learnt_delivery') }}, {{ ref('value_status') }}
with

taken_in as (
    {% for contract in residence_contracts('change') %}
    {% set source = rows_to_take_in(contract) %}
    {% do kept.append(contract.id) if source.goes_on %}
    {{ 'union all' if not loop.first }}
    {% for rows in source.rows or ['(select * from ' ~ ref(contract.model) ~ ' where false)'] %}
    {{ 'union all' if not loop.first }}
    {{ stated_residence(contract, rows) }}
    {% endfor %}
    {% endfor %}
)

select
    {{ row_key(['extract', 'delivery_id', 'source_row']) }} as row_key,
    extract,
    record_key,
    delivery_id,
    delivery_date,
    source_row,
    observed_on,
    address_text,
    address_code,
    grid_code,
    lives_here
from taken_in
where lives_here is not null
{% if kept %}
union all
select * from {{ this }} where extract in ('{{ kept | join("', '") }}')
{% endif %}
