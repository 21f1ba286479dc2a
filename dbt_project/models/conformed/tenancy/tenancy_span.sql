-- Grain: one row per tenancy of a dwelling and span in which it was known to run so (租赁时效): from its start until
-- after its end, or until its department called it ended.
{{ config(materialized='view') }}

with

day as (
    select distinct first_day from {{ ref('day') }}
),

tenancy as (
    select
        tenancy.tenancy_key,
        tenancy.address_code,
        tenancy.occupants,
        tenancy.is_ended,
        tenancy.start_date as valid_from,
        cast({{ dbt.dateadd('day', 1, 'tenancy.end_date') }} as date) as valid_to,
        cast(contracts.updated_at as date) as ended_on,
        coalesce(later_record.first_known_from, day.first_day) as first_known_from,
        coalesce(later_record.known_from, day.first_day) as stated_from
    from {{ ref('tenancy') }} as tenancy
    cross join day
    inner join {{ ref('stg_housing__rental_contracts') }} as contracts on tenancy.row_key = contracts.row_key
    left join {{ ref('later_record') }} as later_record on tenancy.row_key = later_record.row_key
    where tenancy.address_code is not null
)

select
    tenancy_key,
    address_code,
    occupants,
    valid_from,
    valid_to,
    first_known_from as known_from,
    case when is_ended then stated_from end as known_to
from tenancy
where not is_ended or first_known_from < stated_from
union all
select
    tenancy_key,
    address_code,
    occupants,
    valid_from,
    least(valid_to, ended_on) as valid_to,
    stated_from as known_from,
    cast(null as date) as known_to
from tenancy
where is_ended and ended_on is not null
