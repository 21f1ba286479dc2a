-- Grain: one row per kind of link (person, address), extract, role and method (关联计数): rows linked so, and how surely.
{{ config(materialized='compared') }}

{% set going_on = counts_on([ref('person_of_statement'), ref('dwelling_of_row')]) %}
with

-- Each table is counted by itself, by its own columns. Confidences are summed as decimals, so that the sum is the same
-- whatever the order of the rows. A row that stands alone or between two people has a key of its own: of it nothing was
-- decided.
counted as (
    {% if going_on %}
    select
        link_kind,
        extract,
        role,
        method,
        linked_rows,
        decided_rows,
        confidence,
        confidences
    from {{ this }}
    {% endif %}
    {% for rows, sign in rows_to_count(ref('person_of_statement'), going_on) %}
    {{ 'union all' if going_on }}
    select
        'person' as link_kind,
        extract,
        role,
        coalesce(method, 'none') as method,
        {{ sign }}count(*) as linked_rows,
        case when coalesce(method, 'alone') in ('alone', 'open') then 0 else {{ sign }}count(*) end as decided_rows,
        {{ sign }}coalesce(sum(cast(confidence as decimal(9, 6))), 0) as confidence,
        {{ sign }}count(confidence) as confidences
    from {{ rows }}
    group by extract, role, method
    {% endfor %}
    {% for rows, sign in rows_to_count(ref('dwelling_of_row'), going_on) %}
    union all
    select
        'address' as link_kind,
        extract,
        'address' as role,
        coalesce(method, 'none') as method,
        {{ sign }}count(*) as linked_rows,
        {{ sign }}count(address_code) as decided_rows,
        {{ sign }}coalesce(sum(cast(confidence as decimal(9, 6))), 0) as confidence,
        {{ sign }}count(confidence) as confidences
    from {{ rows }}
    group by extract, method
    {% endfor %}
)

select
    link_kind,
    extract,
    role,
    method,
    cast(sum(linked_rows) as bigint) as linked_rows,
    cast(sum(decided_rows) as bigint) as decided_rows,
    cast(sum(confidence) as decimal(18, 6)) as confidence,
    cast(sum(confidences) as bigint) as confidences
from counted
group by link_kind, extract, role, method
having sum(linked_rows) <> 0
