with

{% set branches = [] %}
{% for contract in contracts() %}
{% set columns = [
    concept_column(contract, 'dwelling.address'),
    concept_column(contract, 'dwelling.address_code'),
    concept_column(contract, 'dwelling.house_code'),
] | select | list %}
{# The register of dwellings is what the others are matched against. #}
{% if columns and contract.model != 'stg_grid_office__standard_addresses' %}
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
    where coalesce({{ columns | join(', ') }}) is not null

),

{% endif %}
{% endfor %}
united as (

    {% for branch in branches %}
    {{ 'union all' if not loop.first }}
    select * from {{ branch }}
    {% endfor %}

)

select * from united
