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
        row_key,
        cast({{ status_column(contract) }} as varchar) as status
    from {{ ref(contract.model) }}
    {% endfor %}
)

select
    stated.extract,
    stated.record_key,
    stated.status,
    stated.row_key as evidence_key
from stated
inner join value_status on stated.extract = value_status.extract and stated.status = value_status.status
