{# A view: what the staging tables hold need not be written again, and each reader takes only the columns it needs. #}
{{ config(materialized="view") }}

with

{% set branches = [] %}
{% for contract in contracts() %}
{% set columns = address_columns(contract) %}
{% if columns %}
{% do branches.append(contract.model) %}
{{ contract.model }} as (

    select
        extract,
        record_key,
        version,
        delivery_id,
        source_file,
        source_row,
        {{ address_meaning(contract) }} as meaning,
        {{ concept_value(contract, 'dwelling.address') }} as address_text,
        {{ concept_value(contract, 'dwelling.address_code') }} as address_code,
        {{ concept_value(contract, 'dwelling.house_code') }} as house_code,
        {{ concept_value(contract, 'grid.code') }} as grid_code
    from {{ ref(contract.model) }}
    where {{ columns | join(' is not null or ') }} is not null

),

{% endif %}
{% endfor %}
united as (

    {% for branch in branches %}
    {{ 'union all' if not loop.first }}
    select * from {{ branch }}
    {% endfor %}

)

select
    {{ row_key(['extract', 'delivery_id', 'source_row']) }} as evidence_key,
    case when address_text is not null then {{ text_key(['address_text']) }} end as text_key,
    *
from united
