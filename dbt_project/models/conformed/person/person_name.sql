-- Grain: one row per distinct name text (姓名).
with

person_evidence as (
    select * from {{ ref('person_evidence') }}
),

name_character as (
    select * from {{ ref('name_character') }}
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

characters as (
    select
        distinct_names.name,
        positions.position_in_name,
        substr(distinct_names.name, positions.position_in_name, 1) as character
    from (select distinct name from spelt) as distinct_names
    cross join (values (1), (2), (3), (4), (5), (6)) as positions (position_in_name)
    where positions.position_in_name <= length(distinct_names.name)
),

read as (
    select
        characters.name,
        {{ ordered_text('name_character.reading', 'characters.position_in_name') }} as reading,
        max(case when characters.position_in_name = 1 then name_character.reading end) as surname_reading,
        {{ ordered_text('characters.character', 'characters.character') }} as sorted_characters
    from characters
    inner join name_character on characters.character = name_character.character
    group by characters.name
)

select
    spelt.name_text,
    spelt.name,
    spelt.name like '%?%' as is_masked,
    read.reading,
    read.sorted_characters,
    {{ row_key(['read.reading']) }} as reading_key,
    {{ row_key(['read.surname_reading']) }} as surname_key,
    {{ row_key(['read.sorted_characters']) }} as characters_key
from spelt
inner join read on spelt.name = read.name
