-- Grain: one row per person: of each attribute the value that stands (person_attribute says why, and where it is from).
{{ config(materialized='by_change', key='person_key') }}

{% set value = "case when attribute = '%s' then value_text end" -%}
{% set standing = "case when attribute = '%s' then standing end" -%}
with

person_value_range as (
    select * from {{ by_key(ref('person_value_range'), 'person_key') }}
),

chosen as (
    select
        person_key,
        {{ first_value_by(value % 'name', standing % 'name') }} as name,
        {{ first_value_by(value % 'sex', standing % 'sex') }} as sex,
        {{ first_value_by(value % 'birth_date', standing % 'birth_date') }} as birth_date
    from {{ by_key(ref('person_value_contested'), 'person_key') }}
    group by person_key
)

select
    seen.person_key,
    seen.identity_number,
    case when seen.is_contested then chosen.name else seen.least_name end as name,
    case when seen.is_contested then chosen.sex else coalesce(seen.own_sex, seen.least_sex) end as sex,
    case
        when seen.is_contested then cast(chosen.birth_date as date)
        else coalesce(seen.own_birth_date, seen.least_birth_date)
    end as birth_date,
    seen.phone
from person_value_range as seen
left join chosen on seen.person_key = chosen.person_key
