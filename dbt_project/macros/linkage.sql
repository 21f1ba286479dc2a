{#- When two names, birth dates or rows may stand for one person. -#}

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
    character is wrong or whichever two neighbours are swapped; masked ones in the region and the last digits. What tells little
    is no reason: a masked part, what a spreadsheet left (5.30103E+17), or region and last digits beside a surname alone (with a
    masked name that is all there is). Their pairs grew with the square of the district, and of a million three were right. -#}
{% macro number_conditions() -%}
    {%- set surname = 'mention.surname_key = numbered.surname_key' -%}
    {%- set reading = 'mention.reading_key = numbered.reading_key' -%}
    {%- set in_digits = "mention.spoilt_number not like '%E+%'" -%}
    {{ return([
        [
            surname,
            'substr(mention.spoilt_number, 1, 15) = substr(numbered.number_text, 1, 15)',
            "substr(mention.spoilt_number, 1, 15) not like '%*%'",
            in_digits,
        ],
        [
            reading,
            'substr(mention.spoilt_number, 1, 13) = substr(numbered.number_text, 1, 13)',
            "substr(mention.spoilt_number, 1, 13) not like '%*%'",
        ],
        [
            surname,
            'substr(mention.spoilt_number, 8, 11) = substr(numbered.number_text, 8, 11)',
            "substr(mention.spoilt_number, 8, 11) not like '%*%'",
            in_digits,
        ],
        [
            surname,
            'substr(mention.spoilt_number, 1, 6) = substr(numbered.number_text, 1, 6)',
            'substr(mention.spoilt_number, 15, 4) = substr(numbered.number_text, 15, 4)',
            '(' ~ reading ~ " or mention.name like '%?%' and numbered.owns_number)",
        ],
        ['mention.claimed_number = numbered.number_text'],
    ]) }}
{%- endmacro %}

{#- What a record is compared by as a list, and the column of its statements that says it; long texts as numbers. -#}
{% macro record_lists() -%}
    {%- set number_of = {} -%}
    {%- for column in ('address_code', 'phone') -%}
        {%- set stated = 'person_statement.' ~ column -%}
        {%- do number_of.update({column: 'case when ' ~ stated ~ ' is not null then ' ~ row_key([stated]) ~ ' end'}) -%}
    {%- endfor -%}
    {{ return({
        'birth_dates': 'person_statement.birth_date',
        'address_codes': number_of.address_code,
        'building_keys': 'person_statement.building_key',
        'phones': number_of.phone,
    }) }}
{%- endmacro %}

{#- A threshold from seeds/rules/rules.csv by its name. -#}
{% macro rule(name) -%}
    (select rule_value from {{ ref('link_rules') }} where rule_name = '{{ name }}')
{%- endmacro %}
