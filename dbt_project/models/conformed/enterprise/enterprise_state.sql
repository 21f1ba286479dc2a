-- Grain: one row per as_of_date and enterprise established by then.
{{ enterprise_states(
    ref('as_of'), ['as_of_date'], ref('person_state'), 'moment.as_of_date = representative.as_of_date'
) }}
