-- Grain: one row per as_of_date, extract, kind of link (person, address) and role.
with coverage as (
    select
        as_of_date,
        extract,
        link_kind,
        role,
        cast(sum(linked_rows) as bigint) as linked_rows,
        cast(sum(decided_rows) as bigint) as decided_rows,
        cast(sum(undecided_rows) as bigint) as undecided_rows
    from {{ ref('linking_methods') }}
    group by as_of_date, extract, link_kind, role
)

select
    as_of_date,
    extract,
    link_kind,
    role,
    linked_rows,
    decided_rows,
    undecided_rows,
    {{ ratio('decided_rows', 'linked_rows') }} as decided_rate
from coverage
