-- Grain: one row per row of an earlier state of an extract of changes (历史记录): which record, and when it was known.
with

past as (
    {% set branches = [] %}
    {% for contract in contracts() if contract.kind == 'change' %}
    {% set rows = past_rows(contract) | trim %}
    {% if rows %}
    {% do branches.append(1) %}
    {{ 'union all' if branches | length > 1 }}
    select
        cast('{{ contract.id }}' as varchar) as extract,
        _record_key as record_key,
        _delivery_id as delivery_id
    from ({{ rows }}) as past
    {% endif %}
    {% endfor %}
    {% if not branches %}
    select
        extract,
        record_key,
        delivery_id
    from {{ ref('source_record') }}
    where false
    {% endif %}
)

select
    past.extract,
    past.record_key,
    past.delivery_id,
    learnt_delivery.known_from
from past
inner join {{ ref('learnt_delivery') }} as learnt_delivery
    on past.extract = learnt_delivery.extract and past.delivery_id = learnt_delivery.delivery_id
