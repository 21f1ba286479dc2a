-- Grain: one row per distinct name text (姓名).
{{ config(materialized='by_change', key='name_text') }}

with

person_evidence as (
    select * from {{ by_key(ref('person_evidence'), 'name_text') }}
),

name_character as (
    select * from {{ dictionary(ref('name_character')) }}
),

names as (
    select distinct name_text from person_evidence where name_text is not null
),

spelt as (
    select
        name_text,
        translate(name_text, '*？×Ｘ□', '?????') as name
    from names
),

-- A name of people has at most six characters; what stands behind them is not read.
read as (
    select
        spelt.name_text,
        spelt.name,
        concat(
            {% for place in range(1, 7) %}
            coalesce(character_{{ place }}.reading, ''){{ ',' if not loop.last }}
            {% endfor %}
        ) as reading,
        character_1.reading as surname_reading,
        {{ sorted_characters('substr(spelt.name, 1, 6)') }} as sorted_characters
    from spelt
    {% for place in range(1, 7) %}
    left join name_character as character_{{ place }}
        on substr(spelt.name, {{ place }}, 1) = character_{{ place }}.character
    {% endfor %}
)

select
    read.name_text,
    read.name,
    read.name like '%?%' as is_masked,
    read.reading,
    read.sorted_characters,
    {{ row_key(['read.reading']) }} as reading_key,
    {{ row_key(['read.surname_reading']) }} as surname_key,
    {{ row_key(['read.sorted_characters']) }} as characters_key
from read
where read.name <> ''
