{#- What each engine spells in its own way of texts and groups: orders, lists, first values. -#}

{#- The texts of a group in an order, joined without a separator. -#}
{% macro ordered_text(value, position) -%}
    {{ return(adapter.dispatch('ordered_text')(value, position)) }}
{%- endmacro %}

{% macro default__ordered_text(value, position) -%}
    array_join(transform(array_sort(collect_list(struct({{ position }} as p, {{ value }} as v))), x -> x.v), '')
{%- endmacro %}

{% macro duckdb__ordered_text(value, position) -%}
    string_agg({{ value }}, '' order by {{ position }})
{%- endmacro %}

{#- The characters of a text in their order, as a text: equal where two texts have the same characters in any order. -#}
{% macro sorted_characters(x) -%}
    {{ return(adapter.dispatch('sorted_characters')(x)) }}
{%- endmacro %}

{% macro default__sorted_characters(x) -%}
    array_join(array_sort(split({{ x }}, '')), '')
{%- endmacro %}

{% macro duckdb__sorted_characters(x) -%}
    array_to_string(list_sort(string_split({{ x }}, '')), '')
{%- endmacro %}

{#- The distinct values of a group as a list, in order. -#}
{% macro distinct_list(value) -%}
    {{ return(adapter.dispatch('distinct_list')(value)) }}
{%- endmacro %}

{% macro default__distinct_list(value) -%}
    array_sort(collect_set({{ value }}))
{%- endmacro %}

{% macro duckdb__distinct_list(value) -%}
    list_sort(list(distinct {{ value }}) filter (where {{ value }} is not null))
{%- endmacro %}

{#- The values of a group as a list, in order; no value is missing, none stands in it twice: half the work of a list of
    distinct ones. -#}
{% macro sorted_list(value) -%}
    {{ return(adapter.dispatch('sorted_list')(value)) }}
{%- endmacro %}

{% macro default__sorted_list(value) -%}
    array_sort(collect_list({{ value }}))
{%- endmacro %}

{% macro duckdb__sorted_list(value) -%}
    list_sort(list({{ value }}))
{%- endmacro %}

{#- The list that holds just this value; a missing one gives none. -#}
{% macro list_of(value) -%}
    {{ return(adapter.dispatch('list_of')(value)) }}
{%- endmacro %}

{% macro default__list_of(value) -%}
    case when {{ value }} is not null then array({{ value }}) end
{%- endmacro %}

{% macro duckdb__list_of(value) -%}
    case when {{ value }} is not null then [{{ value }}] end
{%- endmacro %}

{#- A row for each value of a list. -#}
{% macro each_of(list) -%}
    {{ return(adapter.dispatch('each_of')(list)) }}
{%- endmacro %}

{% macro default__each_of(list) -%}
    explode({{ list }})
{%- endmacro %}

{% macro duckdb__each_of(list) -%}
    unnest({{ list }})
{%- endmacro %}

{#- Of a group's values the one that stands first in an order; missing values do not count. -#}
{% macro first_value_by(value, standing) -%}
    {{ return(adapter.dispatch('first_value_by')(value, standing)) }}
{%- endmacro %}

{% macro default__first_value_by(value, standing) -%}
    min_by({{ value }}, case when {{ value }} is not null then {{ standing }} end)
{%- endmacro %}

{% macro duckdb__first_value_by(value, standing) -%}
    arg_min({{ value }}, {{ standing }})
{%- endmacro %}

{#- Days from a date back to the last day of the calendar in use here: orders evidence from the latest to the oldest. -#}
{% macro days_before(date) -%}
    coalesce({{ dbt.datediff(date, "cast('2100-01-01' as date)", 'day') }}, 999999)
{%- endmacro %}
