-- Grain: one row per cell of dwelling_cell: the state of the dwelling (房屋状态区间), in the columns of dwelling_state.
with

cell as (
    select * from {{ ref('dwelling_cell') }}
),

person_change as (
    select * from {{ ref('person_change') }}
),

lived_in as (
    select
        address_code,
        valid_from,
        valid_to,
        known_from,
        known_to
    from person_change
    where address_code is not null
    union all
    select
        person_state.address_code,
        cast(null as date) as valid_from,
        cast(null as date) as valid_to,
        cast(null as date) as known_from,
        cast(null as date) as known_to
    from {{ ref('person_state') }} as person_state
    where
        person_state.address_code in (select cell.address_code from cell)
        and person_state.person_key not in (select person_change.person_key from person_change)
),

residents as (
    select
        cell.address_code,
        cell.valid_from,
        cell.known_from,
        count(*) as residents
    from cell
    inner join lived_in
        on
            cell.address_code = lived_in.address_code
            and {{ in_force('lived_in.valid_from', 'lived_in.valid_to', 'cell.valid_from') }}
            and {{ in_force('lived_in.known_from', 'lived_in.known_to', 'cell.known_from') }}
    group by cell.address_code, cell.valid_from, cell.known_from
),

tenancies as (
    select
        cell.address_code,
        cell.valid_from,
        cell.known_from,
        count(*) as tenancies,
        cast(sum(tenancy_span.occupants) as bigint) as contract_occupants
    from cell
    inner join {{ ref('tenancy_span') }} as tenancy_span
        on
            cell.address_code = tenancy_span.address_code
            and {{ in_force('tenancy_span.valid_from', 'tenancy_span.valid_to', 'cell.valid_from') }}
            and {{ in_force('tenancy_span.known_from', 'tenancy_span.known_to', 'cell.known_from') }}
    group by cell.address_code, cell.valid_from, cell.known_from
),

visited as (
    select
        cell.valid_from,
        visit_known.*,
        cell.known_from as cell_known_from,
        row_number() over (
            partition by cell.address_code, cell.valid_from, cell.known_from
            order by visit_known.visited_on desc nulls last, visit_known.visit_id desc nulls last
        ) as recency
    from cell
    inner join {{ ref('visit_known') }} as visit_known
        on
            cell.address_code = visit_known.address_code
            and visit_known.visited_on <= cell.valid_from
            and visit_known.known_from <= cell.known_from
),

visits as (
    select
        address_code,
        valid_from,
        cell_known_from as known_from,
        visited_on,
        house_status_meaning,
        people_living_elsewhere,
        people_living_alone
    from visited
    where recency = 1
)

{{ dwelling_states('cell', ['valid_from', 'valid_to', 'known_from', 'known_to']) }}
