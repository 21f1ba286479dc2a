{#- Derived from seeds/rules/discrepancy_kind.csv by `python -m orchestration.exchange.kinds`; edit that file. -#}
{% macro discrepancy_kinds() -%}
{{ return([
  'address_unknown',
  'assisted_twice',
  'attribute_conflict',
  'deceased_active',
  'id_invalid',
  'id_of_another',
  'two_active_registrations',
]) }}
{%- endmacro %}
