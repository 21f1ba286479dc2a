-- Grain: one row per as_of_date and extract of the contracts, also where nothing was ever delivered.
select
    as_of.as_of_date,
    extract_state.extract,
    extract_state.department,
    extract_state.delivery_kind,
    extract_state.last_delivery_date,
    {{ dbt.datediff('extract_state.last_delivery_date', 'as_of.as_of_date', 'day') }} as age_in_days,
    extract_state.current_deliveries,
    extract_state.current_rows
from {{ ref('extract_state') }} as extract_state
cross join {{ ref('as_of') }} as as_of
