-- Grain: one row per party member about whom something changes within the days, and cell of person_cell (党员状态区间).
{{ party_member_states(ref('person_change'), ['valid_from', 'valid_to', 'known_from', 'known_to']) }}
