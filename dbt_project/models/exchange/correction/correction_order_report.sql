-- Grain: one row per correction order, period in which it was put before its department, and record on either side (校核通报).
{{ issued_reports() }}
