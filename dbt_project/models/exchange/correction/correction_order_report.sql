-- Grain: one row per correction order, period of a report of it, and record on either side (校核通报).
{{ issued_reports() }}
