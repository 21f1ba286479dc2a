{#- What DuckDB spells in its own way, with the spelling of Spark as the default. Patterns are plain RE2 without
    backslashes, so that one literal means the same in both. -#}

{#- Does the text contain a match of the pattern? Anchor it to ask for the whole text. -#}
{% macro text_matches(x, pattern) -%}
    {{ return(adapter.dispatch('text_matches')(x, pattern)) }}
{%- endmacro %}

{% macro default__text_matches(x, pattern) -%}
    {{ x }} rlike '{{ pattern }}'
{%- endmacro %}

{% macro duckdb__text_matches(x, pattern) -%}
    regexp_matches({{ x }}, '{{ pattern }}')
{%- endmacro %}

{#- Every match of the pattern replaced; groups are written as {1}, {2}, … in the replacement. -#}
{% macro text_replace(x, pattern, replacement) -%}
    {{ return(adapter.dispatch('text_replace')(x, pattern, replacement)) }}
{%- endmacro %}

{% macro default__text_replace(x, pattern, replacement) -%}
    regexp_replace({{ x }}, '{{ pattern }}', '{{ replacement | replace("{", "$") | replace("}", "") }}')
{%- endmacro %}

{% macro duckdb__text_replace(x, pattern, replacement) -%}
    regexp_replace({{ x }}, '{{ pattern }}', '{{ replacement | replace("{", "\\") | replace("}", "") }}', 'g')
{%- endmacro %}
