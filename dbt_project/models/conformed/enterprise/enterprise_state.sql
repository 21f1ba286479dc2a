-- Grain: one row per as_of_date and enterprise established by then.
select
    as_of.as_of_date,
    enterprise.enterprise_key,
    dwelling_state.grid_code,
    enterprise.status_meaning,
    enterprise.industry_section,
    enterprise.employees,
    coalesce({{ dbt.datediff('enterprise.established_on', 'as_of.as_of_date', 'day') }} between 0 and 364, false)
        as established_last_year,
    coalesce(dwelling_state.is_in_housing_register and dwelling_state.house_use_meaning = 'dwelling', false)
        as is_at_dwelling,
    coalesce(representative.grid_code = dwelling_state.grid_code, false) as is_representative_resident
from {{ ref('as_of') }} as as_of
inner join {{ ref('enterprise') }} as enterprise
    on enterprise.established_on is null or enterprise.established_on <= as_of.as_of_date
left join {{ ref('dwelling_state') }} as dwelling_state
    on enterprise.address_code = dwelling_state.address_code and as_of.as_of_date = dwelling_state.as_of_date
left join {{ ref('person_state') }} as representative
    on
        enterprise.legal_representative_person_key = representative.person_key
        and as_of.as_of_date = representative.as_of_date
