-- Grain: one row per incident (record key: the event id, or the row itself where the id cannot be read).
select
    incidents.record_key as incident_key,
    incidents.event_id,
    incidents.type_code,
    coalesce(class.meaning, 'other') as main_class,
    incidents.reported_at,
    -- The grid that the reporter names, where it exists; else the grid of the dwelling that the address means.
    coalesce(named_grid.grid_code, home_grid.grid_code) as grid_code,
    dwelling_of_row.address_code,
    incidents.deadline,
    incidents.status,
    incidents.closed_at,
    coalesce(status.meaning, case when incidents.closed_at is null then 'open' else 'closed' end) = 'closed'
        as is_closed,
    incidents.extract,
    incidents.delivery_id,
    incidents.source_file,
    incidents.source_row
from {{ ref('stg_grid_office__incidents') }} as incidents
left join {{ ref('dwelling_of_row') }} as dwelling_of_row
    on incidents.row_key = dwelling_of_row.evidence_key and dwelling_of_row.extract = 'grid_office.incidents'
left join {{ ref('dwelling') }} as dwelling on dwelling_of_row.address_code = dwelling.address_code
left join {{ ref('grid') }} as home_grid on dwelling.grid_code = home_grid.grid_code
left join {{ ref('grid') }} as named_grid on incidents.grid_code = named_grid.grid_code
left join {{ ref('category_meaning') }} as status
    on incidents.status = status.code and status.code_set = 'incident_status'
left join {{ ref('category_meaning') }} as class
    on substr(incidents.type_code, 1, 2) = class.code and class.code_set = 'incident_class'
