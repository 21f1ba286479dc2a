-- Grain: one row per record of an extract of changes whose current row is not its first (历史记录): from when it was known.
{{ config(materialized='compared') }}
{% set kept = [] %}

with

taken_in as (
    {#- As in as_of: what the data centre gathers itself says nothing of the district. -#}
    {% for contract in contracts() if contract.kind == 'change' and contract.department != 'data_centre' %}
    {% set source = rows_to_take_in(contract) %}
    {% do kept.append(contract.id) if source.goes_on %}
    {{ 'union all' if not loop.first }}
    {% for rows in source.rows or ['(select * from ' ~ ref(contract.model) ~ ' where false)'] %}
    {{ 'union all' if not loop.first }}
    select
        cast('{{ contract.id }}' as varchar) as extract,
        record_key,
        delivery_id
    from {{ rows }} as past
    {% endfor %}
    {% endfor %}
),

known as (
    select
        taken_in.extract,
        taken_in.record_key,
        learnt_delivery.known_from
    from taken_in
    inner join {{ ref('learnt_delivery') }} as learnt_delivery
        on taken_in.extract = learnt_delivery.extract and taken_in.delivery_id = learnt_delivery.delivery_id
    {% if kept %}
    union all
    select
        extract,
        record_key,
        known_from
    from {{ this }}
    where extract in ('{{ kept | join("', '") }}')
    {% endif %}
)

select
    extract,
    record_key,
    min(known_from) as known_from
from known
group by extract, record_key
