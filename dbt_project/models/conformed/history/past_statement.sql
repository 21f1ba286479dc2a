-- Grain: one row per row of an earlier state that says where somebody lives (历史居住陈述).
with

ended as (
    select code from {{ ref('category_meaning') }} where code_set = 'rental_status' and meaning = 'ended'
),

stated as (
    {% set branches = [] %}
    {% for contract in contracts() if lives_here(contract, 'subject') != 'cast(null as boolean)' %}
    {% set rows = past_rows(contract) %}
    {% if rows %}
    {% set there = delivered_columns(contract) %}
    {% set stated = concept_column(contract, 'residence.lives_here') %}
    {% set operation = concept_column(contract, 'residence.operation') %}
    {% do branches.append(1) %}
    {{ 'union all' if branches | length > 1 }}
    select
        {{ row_key(["'" ~ contract.id ~ "'", '_delivery_id', '_source_row']) }} as row_key,
        cast('{{ contract.id }}' as varchar) as extract,
        _record_key as record_key,
        _delivery_id as delivery_id,
        _delivery_date as delivery_date,
        _source_row as source_row,
        {% if contract.evidence_date in there %}
        cast({{ parse_timestamp(contract.evidence_date) }} as date) as stated_on,
        {% else %}
        cast(null as date) as stated_on,
        {% endif %}
        {{ trimmed(concept_column(contract, 'dwelling.address')) }} as address_text,
        {% for concept, name in [('dwelling.address_code', 'address_code'), ('grid.code', 'grid_code')] %}
        {% set column = concept_column(contract, concept) %}
        {{ clean_code(column) if column in there else 'cast(null as varchar)' }} as {{ name }},
        {% endfor %}
        {% if stated %}
        {{ parse_boolean(stated) }} as lives_here
        {% elif operation %}
        coalesce({{ clean_code(operation) }}, '') <> 'D' as lives_here
        {% elif contract.id == 'housing.rental_contracts' %}
        coalesce({{ clean_text('status') }} not in (select code from ended), true) as lives_here
        {% else %}
        true as lives_here
        {% endif %}
    from ({{ rows }}) as past
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
