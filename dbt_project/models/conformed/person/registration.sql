-- Grain: one row per person in the household register (户籍人口): the row that stands, a normal one before any other.
with

household_register as (
    select * from {{ ref('stg_public_security__household_register') }}
),

person_link as (
    select * from {{ ref('person_link') }} where role = 'subject'
),

address_link as (
    select * from {{ ref('address_link') }}
),

dwelling as (
    select * from {{ ref('dwelling_register') }}
),

ranked as (
    select
        person_link.person_key,
        household_register.household_number,
        household_register.relation_to_head,
        household_register.ethnicity,
        household_register.marital_status,
        household_register.education,
        household_register.registration_status,
        address_link.address_code as registered_address_code,
        dwelling.grid_code as registered_grid_code,
        coalesce(household_register.registration_status, '正常') = '正常' as is_normal,
        row_number() over (
            partition by person_link.person_key
            order by
                case when coalesce(household_register.registration_status, '正常') = '正常' then 0 else 1 end nulls last,
                household_register.updated_on desc nulls last,
                household_register.source_row desc nulls last
        ) as standing
    from household_register
    inner join person_link
        on
            household_register.extract = person_link.extract
            and household_register.delivery_id = person_link.delivery_id
            and household_register.source_row = person_link.source_row
    left join address_link
        on
            household_register.extract = address_link.extract
            and household_register.delivery_id = address_link.delivery_id
            and household_register.source_row = address_link.source_row
    left join dwelling on address_link.address_code = dwelling.address_code
)

select
    person_key,
    household_number,
    relation_to_head,
    ethnicity,
    marital_status,
    education,
    registration_status,
    registered_address_code,
    registered_grid_code,
    is_normal
from ranked
where standing = 1
