-- Grain: one row per as_of_date, extract, kind of link (person, address), role and method.
with links as (
    -- A row that stands alone or between two people has a key of its own: nothing was decided about it.
    select
        extract,
        'person' as link_kind,
        role,
        method,
        confidence,
        case when coalesce(method, 'alone') in ('alone', 'open') then 0 else 1 end as is_decided
    from {{ ref('person_of_statement') }}
    union all
    select
        address_evidence.extract,
        'address' as link_kind,
        'address' as role,
        dwelling_of_row.method,
        dwelling_of_row.confidence,
        case when dwelling_of_row.address_code is null then 0 else 1 end as is_decided
    from {{ ref('dwelling_of_row') }} as dwelling_of_row
    inner join {{ ref('address_evidence') }} as address_evidence
        on dwelling_of_row.evidence_key = address_evidence.evidence_key
)

-- Confidences are summed as decimals, so that the mean is the same whatever the order of the rows.
select
    as_of.as_of_date,
    links.extract,
    links.link_kind,
    links.role,
    coalesce(links.method, 'none') as method,
    count(*) as linked_rows,
    cast(sum(links.is_decided) as bigint) as decided_rows,
    cast(sum(1 - links.is_decided) as bigint) as undecided_rows,
    round({{ ratio('sum(cast(links.confidence as decimal(9, 6)))', 'count(links.confidence)') }}, 6)
        as average_confidence
from links
cross join {{ ref('as_of') }} as as_of
group by as_of.as_of_date, links.extract, links.link_kind, links.role, coalesce(links.method, 'none')
