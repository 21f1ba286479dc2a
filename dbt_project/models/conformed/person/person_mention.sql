-- Grain: one row per distinct mention of a person without a number of their own (无有效号码的提及).
{{ config(materialized='by_change', key='record_id') }}

with

person_statement as (
    select * from {{ by_key(ref('person_statement'), 'record_id') }}
)

-- Rows of one mention say the same.
select
    record_id,
    any_value(identity_number) as claimed_number,
    any_value(spoilt_number) as spoilt_number,
    any_value(name) as name,
    any_value(reading_key) as reading_key,
    any_value(surname_key) as surname_key,
    any_value(characters_key) as characters_key,
    any_value(sex) as sex,
    any_value(birth_date) as birth_date,
    any_value(phone) as phone,
    any_value(address_code) as address_code,
    any_value(building_key) as building_key,
    count(*) as statements
from person_statement
where not owns_number and name is not null
group by record_id
