-- Grain: one row per person or dwelling, item that an open discrepancy puts in doubt, and what would settle it (存疑对象).
{{ config(materialized='ephemeral') }}

with found as (
    select
        found_discrepancy.person_key,
        found_discrepancy.address_code,
        case
            when discrepancy_kind.item = 'attribute' then found_discrepancy.attribute else discrepancy_kind.item
        end as item,
        discrepancy_kind.settled_by
    from {{ ref('found_discrepancy') }} as found_discrepancy
    inner join {{ ref('discrepancy_kind') }} as discrepancy_kind on found_discrepancy.kind = discrepancy_kind.kind
)

select distinct
    case when found.item = 'occupancy' then found.address_code else found.person_key end as subject_key,
    found.item,
    found.settled_by
from found
inner join {{ ref('collected_attribute') }} as collected_attribute on found.item = collected_attribute.attribute
where case when found.item = 'occupancy' then found.address_code else found.person_key end is not null
