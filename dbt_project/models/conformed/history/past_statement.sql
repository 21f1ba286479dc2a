-- Grain: one row per row of an earlier state that says where somebody lives (历史居住陈述).
{{ config(materialized='compared') }}
-- depends_on: {{ ref('learnt_delivery') }}

with

stated as (
    {% set branches = [] %}
    {% for contract in contracts() if lives_here(contract, 'subject') != 'cast(null as boolean)' %}
    {% set rows = past_rows(contract) | trim %}
    {% set statements = stated_residence(contract, rows) %}
    {% if rows %}
    {% do branches.append(1) %}
    {{ 'union all' if branches | length > 1 }}
    {{ statements }}
    {% endif %}
    {% endfor %}
    {% if not branches %}
    select
        row_key,
        extract,
        record_key,
        delivery_id,
        delivery_date,
        source_row,
        delivery_date as stated_on,
        extract as address_text,
        extract as address_code,
        extract as grid_code,
        true as lives_here
    from {{ ref('source_record') }}
    where false
    {% endif %}
)

select
    row_key,
    extract,
    record_key,
    delivery_id,
    delivery_date,
    source_row,
    least(coalesce(stated_on, delivery_date), delivery_date) as observed_on,
    address_text,
    case when address_text is not null then {{ text_key(['address_text']) }} end as text_key,
    address_code,
    grid_code,
    lives_here
from stated
where lives_here is not null
