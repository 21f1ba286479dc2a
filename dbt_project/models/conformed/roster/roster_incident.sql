-- Grain: one row per as_of_date and incident that is open, or was reported or closed in the last days (事件台账).
{{ config(materialized='view') }}

select
    state.as_of_date,
    state.grid_code,
    state.incident_key,
    incident.event_id,
    coalesce(incident_type.label, incident.type_code) as incident_type,
    incident.reported_at,
    coalesce(dwelling.standard_address, reported.address) as address,
    reported.description,
    incident.deadline,
    state.is_closed,
    case when state.is_closed then incident.closed_at end as closed_at,
    coalesce(not state.is_closed and state.is_past_deadline, false) as is_overdue,
    coalesce(state.is_recent, false) as is_recent,
    coalesce(state.is_closed_recently, false) as is_closed_recently
from {{ ref('incident_state') }} as state
inner join {{ ref('incident') }} as incident on state.incident_key = incident.incident_key
inner join {{ ref('stg_grid_office__incidents') }} as reported on incident.incident_key = reported.record_key
left join {{ ref('incident_type') }} as incident_type on incident.type_code = incident_type.code
left join {{ ref('dwelling') }} as dwelling on incident.address_code = dwelling.address_code
where not state.is_closed or state.is_recent or state.is_closed_recently
