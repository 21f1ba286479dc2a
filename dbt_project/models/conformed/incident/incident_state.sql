-- Grain: one row per as_of_date and incident reported by then.
with ordered as (
    {{ ordered_incidents() }}
)

{{ incident_states(ref('as_of'), ['as_of_date']) }}
