-- Grain: one row per as_of_date, extract, kind of link (person, address), role and method.
with

-- Each table is counted by itself, by its own columns. Confidences are summed as decimals, so that the mean is the same
-- whatever the order of the rows. A row that stands alone or between two people has a key of its own: of it nothing was
-- decided.
person_link as (
    select
        extract,
        role,
        method,
        count(*) as linked_rows,
        case when coalesce(method, 'alone') in ('alone', 'open') then 0 else count(*) end as decided_rows,
        sum(cast(confidence as decimal(9, 6))) as confidence,
        count(confidence) as confidences
    from {{ ref('person_of_statement') }}
    group by extract, role, method
),

address_link as (
    select
        extract,
        method,
        count(*) as linked_rows,
        count(address_code) as decided_rows,
        sum(cast(confidence as decimal(9, 6))) as confidence,
        count(confidence) as confidences
    from {{ ref('dwelling_of_row') }}
    group by extract, method
),

links as (
    select
        extract,
        'person' as link_kind,
        role,
        coalesce(method, 'none') as method,
        linked_rows,
        decided_rows,
        confidence,
        confidences
    from person_link
    union all
    select
        extract,
        'address' as link_kind,
        'address' as role,
        coalesce(method, 'none') as method,
        linked_rows,
        decided_rows,
        confidence,
        confidences
    from address_link
)

select
    as_of.as_of_date,
    links.extract,
    links.link_kind,
    links.role,
    links.method,
    cast(sum(links.linked_rows) as bigint) as linked_rows,
    cast(sum(links.decided_rows) as bigint) as decided_rows,
    cast(sum(links.linked_rows - links.decided_rows) as bigint) as undecided_rows,
    round({{ ratio('sum(links.confidence)', 'sum(links.confidences)') }}, 6) as average_confidence
from links
cross join {{ ref('as_of') }} as as_of
group by as_of.as_of_date, links.extract, links.link_kind, links.role, links.method
