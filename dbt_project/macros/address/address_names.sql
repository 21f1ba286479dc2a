{#- Names of compounds, roads and areas inside a text. -#}

{#- Does the text end with the name, or with the name less, plus or but one character (a character lost)? Only for pairs that
    something else brought together: the retrieval itself goes by keys (name_without). -#}
{% macro ends_near(text, name) -%}
    {{ return(adapter.dispatch('ends_near')(text, name)) }}
{%- endmacro %}

{% macro default__ends_near(text, name) -%}
    least(
        levenshtein(right({{ text }}, length({{ name }})), {{ name }}),
        levenshtein(right({{ text }}, length({{ name }}) - 1), {{ name }}),
        levenshtein(right({{ text }}, length({{ name }}) + 1), {{ name }})
    ) <= 1
{%- endmacro %}

{#- DuckDB counts the bytes of UTF-8, three to a Chinese character. -#}
{% macro duckdb__ends_near(text, name) -%}
    least(
        levenshtein(right({{ text }}, length({{ name }})), {{ name }}),
        levenshtein(right({{ text }}, length({{ name }}) - 1), {{ name }}),
        levenshtein(right({{ text }}, length({{ name }}) + 1), {{ name }})
    ) <= 3
{%- endmacro %}

{#- One row per place of a name's characters, counted from 1, and 0 for none. -#}
{% macro name_places(name) -%}
    {{ return(adapter.dispatch('name_places')(name)) }}
{%- endmacro %}

{% macro default__name_places(name) -%}
    explode(sequence(0, length({{ name }})))
{%- endmacro %}

{% macro duckdb__name_places(name) -%}
    unnest(range(0, length({{ name }}) + 1))
{%- endmacro %}

{#- The name without its character at a place; 0 leaves it whole. Two names that differ by one character (lost, added or
    mistaken) share one of these keys, so that near names meet by a hash join. -#}
{% macro name_without(name, place) -%}
    left({{ name }}, greatest({{ place }} - 1, 0)) || substr({{ name }}, {{ place }} + 1)
{%- endmacro %}

{#- One row per position of a text, counted from 1, at which a name of two characters or more can begin. -#}
{% macro text_positions(text) -%}
    {{ return(adapter.dispatch('text_positions')(text)) }}
{%- endmacro %}

{% macro default__text_positions(text) -%}
    explode(sequence(1, greatest(length({{ text }}) - 1, 1)))
{%- endmacro %}

{% macro duckdb__text_positions(text) -%}
    unnest(range(1, greatest(length({{ text }}), 2)))
{%- endmacro %}

{#- The value of a rule of address linking (seeds/rules/address_rules.csv). -#}
{% macro address_rule(name) -%}
    (select rule_value from {{ ref('address_rules') }} where rule_name = '{{ name }}')
{%- endmacro %}

{#- What is left of a text after the last area, from province to community, that it names of a place. `areas` is the alias of a
    relation with the columns of address_place. -#}
{% macro without_areas(text, areas) -%}
    substr({{ text }}, 1 + greatest(
        {%- for area in ['province', 'city', 'district', 'street', 'street_short', 'community'] %}
        {%- set name = areas ~ '.' ~ area %}
        case
            when {{ name }} <> '' and {{ dbt.position(name, text) }} > 0
            then {{ dbt.position(name, text) }} + length({{ name }}) - 1 else 0
        end{{ ',' if not loop.last }}
        {%- endfor %}
    ))
{%- endmacro %}

{#- Of the ways in which a name was found in one head, the best. -#}
{% macro best_agreement(found) -%}
    {%- set order = ['same', 'learned', 'within', 'near', 'alike'] -%}
    case min(case {{ found }} {% for way in order %}when '{{ way }}' then {{ loop.index }} {% endfor %}end)
        {%- for way in order %} when {{ loop.index }} then '{{ way }}'{% endfor %}
    end
{%- endmacro %}

{#- Is a text of digits and Latin letters another one with one character lost? -#}
{% macro one_character_lost(text, whole) -%}
    (length({{ text }}) + 1 = length({{ whole }}) and levenshtein({{ text }}, {{ whole }}) = 1)
{%- endmacro %}
