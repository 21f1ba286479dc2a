{#- Derived from seeds/rules/discrepancy_kind.csv by `python -m orchestration.exchange.kinds`; edit that file. -#}
{% macro discrepancy_kinds() -%}
{{ return([
  'address_unknown',
  'assisted_twice',
  'attribute_conflict',
  'deceased_active',
  'group_letting',
  'id_invalid',
  'id_of_another',
  'let_without_contract',
  'occupied_but_vacant',
  'residence_conflict',
  'two_active_registrations',
]) }}
{%- endmacro %}
