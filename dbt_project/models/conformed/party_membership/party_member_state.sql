-- Grain: one row per as_of_date and party member who lives in a grid.
{{ party_member_states(ref('person_state'), ['as_of_date']) }}
