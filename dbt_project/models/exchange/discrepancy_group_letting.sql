-- Grain: one row per tenancy in force at a dwelling suspected of group letting by its city's rule, and piece of
-- evidence for it: the floor area, or the row that a resident's home stands on (疑似群租).
{{ config(materialized='ephemeral') }}

with

dwelling as (
    select * from {{ ref('dwelling_in_doubt') }} where is_suspected_group_letting
),

-- The house in the housing register, and the row that each resident's home stands on.
evidence as (
    select
        dwelling.address_code,
        dwelling_of_row.evidence_key as row_key,
        'floor_area' as attribute
    from dwelling
    inner join {{ ref('dwelling_of_row') }} as dwelling_of_row
        on dwelling.address_code = dwelling_of_row.address_code and dwelling_of_row.extract = 'housing.housing_units'
    union all
    select
        address_code,
        evidence_key as row_key,
        'address' as attribute
    from {{ ref('home_in_doubt') }}
    where is_suspected_group_letting
)

select
    tenancy.row_key as evidence_key,
    tenancy.person_key,
    dwelling.address_code,
    'occupants' as attribute,
    evidence.row_key as other_key,
    evidence.attribute as other_attribute
from dwelling
inner join {{ ref('tenancy') }} as tenancy on dwelling.address_code = tenancy.address_code and tenancy.is_current
left join evidence on dwelling.address_code = evidence.address_code
