-- Grain: one row per delivery that was ever accepted (交付批次), also one that a corrected delivery has replaced.
select
    extract,
    delivery_id,
    delivery_date,
    known_from,
    known_to,
    folded_until
from ({{ learnt_deliveries() }}) as learnt
