-- Grain: one row per current row that its own department calls ended (失效记录).
with

value_status as (
    select * from {{ ref('value_status') }}
),

stated as (
    {% set branches = [] %}
    {% for contract in contracts() if status_column(contract) %}
    {% do branches.append(1) %}
    {{ 'union all' if branches | length > 1 }}
    select
        extract,
        record_key,
        delivery_id,
        source_row,
        cast({{ status_column(contract) }} as varchar) as status
    from {{ ref(contract.model) }}
    {% endfor %}
)

select
    stated.extract,
    stated.record_key,
    stated.delivery_id,
    stated.source_row,
    stated.status,
    {{ row_key(['stated.extract', "cast('subject' as varchar)", 'stated.delivery_id', 'stated.source_row']) }}
        as evidence_key
from stated
inner join value_status on stated.extract = value_status.extract and stated.status = value_status.status
