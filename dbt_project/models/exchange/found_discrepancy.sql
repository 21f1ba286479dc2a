-- Grain: one row per discrepancy and piece of evidence for it (差异线索), as its kind's model gives it. A table: what looks
-- up where they stand then knows how few they are, and need not hold every statement of the district.
{% for kind in discrepancy_kinds() %}
{{ 'union all' if not loop.first }}
select '{{ kind }}' as kind, kind_{{ loop.index }}.* from {{ ref('discrepancy_' ~ kind) }} as kind_{{ loop.index }}
{% endfor %}
