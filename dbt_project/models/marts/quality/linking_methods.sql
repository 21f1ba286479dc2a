-- Grain: one row per as_of_date, extract, kind of link (person, address), role and method.
with people as (
    select
        person_key,
        count(*) as links
    from {{ ref('person_link') }}
    group by person_key
),

-- A row of a person whom no other row names has a key of its own: nothing was decided about it.
links as (
    select
        person_link.extract,
        'person' as link_kind,
        person_link.role,
        person_link.method,
        person_link.confidence,
        case when people.links > 1 then 1 else 0 end as is_decided
    from {{ ref('person_link') }} as person_link
    inner join people on person_link.person_key = people.person_key
    union all
    select
        extract,
        'address' as link_kind,
        'address' as role,
        method,
        confidence,
        case when address_code is null then 0 else 1 end as is_decided
    from {{ ref('address_link') }}
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
    {{ ratio('sum(cast(links.confidence as decimal(9, 6)))', 'count(links.confidence)') }} as average_confidence
from links
cross join {{ ref('as_of') }} as as_of
group by as_of.as_of_date, links.extract, links.link_kind, links.role, coalesce(links.method, 'none')
