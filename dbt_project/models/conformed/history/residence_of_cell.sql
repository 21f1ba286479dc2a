-- Grain: one row per cell of person_cell and statement of residence_version that holds in it (区间居住陈述).
{{ config(materialized='ephemeral') }}

with

-- A cell is told on its first day, or later, when it became known: what a delivery says of its own day needs no cell of
-- its own for what was known before.
cell as (
    select
        person_key,
        valid_from,
        known_from,
        greatest(valid_from, known_from) as told_on
    from {{ ref('person_cell') }}
)

select
    residence_version.person_key,
    cell.valid_from as cell_valid_from,
    cell.known_from as cell_known_from,
    residence_version.extract,
    residence_version.evidence_key,
    residence_version.record_key,
    residence_version.delivery_id,
    residence_version.delivery_date,
    residence_version.source_row,
    residence_version.address_code,
    residence_version.grid_code,
    residence_version.lives_here,
    -- What is renewed speaks of the day of the delivery that was the last one then.
    coalesce(renewal.delivery_date, residence_version.observed_on) as observed_on,
    residence_version.standing
    - coalesce({{ dbt.datediff('residence_version.observed_on', 'renewal.delivery_date', 'day') }}, 0) as standing,
    coalesce(
        case when residence_version.is_renewed then renewal.valid_to else residence_version.valid_to end,
        cast('9999-12-31' as date)
    ) as valid_to
from cell
inner join {{ ref('residence_version') }} as residence_version
    on
        cell.person_key = residence_version.person_key
        and residence_version.observed_on <= cell.valid_from
        and coalesce(residence_version.valid_to > cell.valid_from, true)
        and {{ in_force('residence_version.known_from', 'residence_version.known_to', 'cell.told_on') }}
left join {{ ref('delivery_span') }} as renewal
    on
        residence_version.is_renewed
        and residence_version.extract = renewal.extract
        and renewal.delivery_date <= cell.valid_from
        and coalesce(renewal.valid_to > cell.valid_from, true)
        and renewal.day_known_from <= cell.told_on
        and {{ in_force('renewal.known_from', 'renewal.known_to', 'cell.told_on') }}
