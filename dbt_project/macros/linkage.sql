{#- What linking needs and each engine spells in its own way. -#}

{#- A 64-bit key of where something stood, ending in a number; for joins inside the warehouse, never kept beyond it.
    Quick, but DuckDB's hash gives one key to different texts (34 pairs in 30 million addresses): texts take text_key. -#}
{% macro row_key(columns) -%}
    {{ return(adapter.dispatch('row_key')(columns)) }}
{%- endmacro %}

{% macro default__row_key(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}

{% macro duckdb__row_key(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{#- A 64-bit key of what several values say (a missing one counts as an empty text); likewise only inside the warehouse.
    On DuckDB its hash twice, the second time of the text moved on by one character: texts that agree in one do not in the
    other (no pair in 30 million addresses, as with MD5, for a tenth of its time). -#}
{% macro text_key(columns) -%}
    {{ return(adapter.dispatch('text_key')(columns)) }}
{%- endmacro %}

{% macro default__text_key(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}

{% macro duckdb__text_key(columns) -%}
    {%- set text -%}
        {%- for column in columns -%}
            coalesce(cast({{ column }} as varchar), ''){{ " || '|' || " if not loop.last }}
        {%- endfor -%}
    {%- endset -%}
    hash(hash({{ text }}), hash('|' || {{ text }}))
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

{#- What makes two statements worth comparing: for each place that they may share, the ways in which their names may agree.
    One pass over the statements a place. -#}
{% macro candidate_conditions() -%}
    {%- set surname = 'mention.surname_key = statement.surname_key' -%}
    {%- set characters = 'mention.characters_key = statement.characters_key' -%}
    {{ return([
        ['mention.address_code = statement.address_code', surname ~ ' or ' ~ characters],
        ['mention.phone = statement.phone', surname ~ ' or ' ~ characters],
        ['mention.building_key = statement.building_key', 'mention.name = statement.name'],
        ['mention.birth_date = statement.birth_date', 'mention.reading_key = statement.reading_key'],
    ]) }}
{%- endmacro %}

{#- What makes a mention with a spoilt number and a number worth comparing. They agree in one of these parts whatever single
    character is wrong or whichever two neighbours are swapped; masked ones in the last. -#}
{% macro number_conditions() -%}
    {%- set surname = 'mention.surname_key = numbered.surname_key' -%}
    {{ return([
        [surname, 'substr(mention.spoilt_number, 1, 15) = substr(numbered.number_text, 1, 15)'],
        [
            'mention.reading_key = numbered.reading_key',
            'substr(mention.spoilt_number, 1, 13) = substr(numbered.number_text, 1, 13)',
        ],
        [surname, 'substr(mention.spoilt_number, 8, 11) = substr(numbered.number_text, 8, 11)'],
        [
            surname,
            'substr(mention.spoilt_number, 1, 6) = substr(numbered.number_text, 1, 6)',
            'substr(mention.spoilt_number, 15, 4) = substr(numbered.number_text, 15, 4)',
        ],
        ['mention.claimed_number = numbered.identity_number'],
    ]) }}
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

{#- The values of each record of a query (columns record_id, value; no pair twice) as a list in order: telling distinct values
    apart first and listing them after costs half of a list of distinct values a group. -#}
{% macro list_by_record(query, name) -%}
    {{ return(adapter.dispatch('list_by_record')(query, name)) }}
{%- endmacro %}

{% macro default__list_by_record(query, name) -%}
    select record_id, array_sort(collect_list(value)) as {{ name }} from ({{ query }}) as stated group by record_id
{%- endmacro %}

{% macro duckdb__list_by_record(query, name) -%}
    select record_id, list_sort(list(value)) as {{ name }} from ({{ query }}) as stated group by record_id
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
