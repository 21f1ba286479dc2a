-- Grain: one row per as_of_date, extract, kind of link (person, address), role and method.
select
    as_of.as_of_date,
    link_count.extract,
    link_count.link_kind,
    link_count.role,
    link_count.method,
    link_count.linked_rows,
    link_count.decided_rows,
    link_count.linked_rows - link_count.decided_rows as undecided_rows,
    round({{ ratio('link_count.confidence', 'link_count.confidences') }}, 6) as average_confidence
from {{ ref('link_count') }} as link_count
cross join {{ ref('as_of') }} as as_of
