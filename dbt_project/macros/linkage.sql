{#- What linking needs and each engine spells in its own way. -#}

{#- A 64-bit key of where something stood, ending in a number; for joins inside the warehouse, never kept beyond it.
    Quick, but DuckDB's hash gives one key to different texts (3 pairs in 3 million addresses): texts take text_key. -#}
{% macro row_key(columns) -%}
    {{ return(adapter.dispatch('row_key')(columns)) }}
{%- endmacro %}

{% macro default__row_key(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}

{% macro duckdb__row_key(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{#- A 64-bit key of what several values say (a missing one counts as an empty text); likewise only inside the warehouse. -#}
{% macro text_key(columns) -%}
    {{ return(adapter.dispatch('text_key')(columns)) }}
{%- endmacro %}

{% macro default__text_key(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}

{% macro duckdb__text_key(columns) -%}
    md5_number_lower(
        {%- for column in columns -%}
            coalesce(cast({{ column }} as varchar), ''){{ " || '|' || " if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}

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

{#- Do two names stand for one: the same, homophones (同音字), or equal wherever no character is hidden (张*三, 高静?). -#}
{% macro names_alike(name_a, reading_a, name_b, reading_b) -%}
    (
        {{ name_a }} = {{ name_b }}
        or {{ reading_a }} = {{ reading_b }}
        or {{ name_a }} like replace({{ name_b }}, '?', '_')
        or {{ name_b }} like replace({{ name_a }}, '?', '_')
    )
{%- endmacro %}

{#- How a stated birth date stands to another: same, slipped (day and month swapped, or the year one off), differs. -#}
{% macro birth_relation(stated, other) -%}
    case
        when {{ stated }} is null or {{ other }} is null then null
        when {{ stated }} = {{ other }} then 'same'
        when
            extract(day from {{ stated }}) = extract(day from {{ other }})
            and extract(month from {{ stated }}) = extract(month from {{ other }})
            and abs(extract(year from {{ stated }}) - extract(year from {{ other }})) = 1
        then 'slipped'
        when
            extract(day from {{ stated }}) = extract(month from {{ other }})
            and extract(month from {{ stated }}) = extract(day from {{ other }})
            and extract(year from {{ stated }}) = extract(year from {{ other }})
        then 'slipped'
        else 'differs'
    end
{%- endmacro %}

{#- What makes two statements worth comparing: each entry is a list of conditions that hold together. Spoilt numbers agree in
    one of these parts whatever single character is wrong or whichever two neighbours are swapped; masked ones in the last. -#}
{% macro candidate_conditions() -%}
    {%- set surname = 'mention.surname_reading = statement.surname_reading' -%}
    {%- set keys = [
        ['mention.sorted_characters = statement.sorted_characters', 'mention.address_code = statement.address_code'],
        ['mention.sorted_characters = statement.sorted_characters', 'mention.phone = statement.phone'],
        ['mention.name = statement.name', 'mention.building_key = statement.building_key'],
        ['mention.reading = statement.reading', 'mention.birth_date = statement.birth_date'],
        [surname, 'mention.address_code = statement.address_code'],
        [surname, 'mention.phone = statement.phone'],
        [surname, 'substr(mention.spoilt_number, 1, 15) = substr(statement.number_text, 1, 15)'],
        ['mention.reading = statement.reading', 'substr(mention.spoilt_number, 1, 13) = substr(statement.number_text, 1, 13)'],
        [surname, 'substr(mention.spoilt_number, 8, 11) = substr(statement.number_text, 8, 11)'],
        [
            surname,
            'substr(mention.spoilt_number, 1, 6) = substr(statement.number_text, 1, 6)',
            'substr(mention.spoilt_number, 15, 4) = substr(statement.number_text, 15, 4)',
        ],
        ['mention.claimed_number = statement.identity_number'],
    ] -%}
    {{ return(keys) }}
{%- endmacro %}

{#- A threshold from seeds/rules/rules.csv by its name. -#}
{% macro rule(name) -%}
    (select rule_value from {{ ref('link_rules') }} where rule_name = '{{ name }}')
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
