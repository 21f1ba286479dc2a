-- Grain: one row per cell of person_cell in which the person, alive or not, lives in the district (历史居住地).
{{ config(materialized='ephemeral') }}

with

stated as (
    select
        *,
        -- Of a record what came last by then; in a full file every row of it stays.
        rank() over (
            partition by person_key, cell_valid_from, cell_known_from, extract, record_key
            order by
                valid_to desc nulls last,
                case when delivery_id is not null then delivery_date end desc nulls last,
                delivery_id desc nulls last,
                source_row desc nulls last
        ) as recency
    from {{ ref('residence_of_cell') }}
),

denied as (
    select
        person_key,
        cell_valid_from,
        cell_known_from,
        address_code,
        max(observed_on) as denied_on
    from stated
    where recency = 1 and not lives_here and address_code is not null
    group by person_key, cell_valid_from, cell_known_from, address_code
),

ranked as (
    select
        stated.*,
        row_number() over (
            partition by stated.person_key, stated.cell_valid_from, stated.cell_known_from
            order by {{ place_standing('stated') }} nulls last, stated.evidence_key nulls last
        ) as place
    from stated
    left join denied
        on
            stated.person_key = denied.person_key
            and stated.cell_valid_from = denied.cell_valid_from
            and stated.cell_known_from = denied.cell_known_from
            and stated.address_code = denied.address_code
    where stated.recency = 1 and stated.lives_here and coalesce(denied.denied_on <= stated.observed_on, true)
)

select
    person_key,
    cell_valid_from as valid_from,
    cell_known_from as known_from,
    address_code,
    grid_code
from ranked
where place = 1
