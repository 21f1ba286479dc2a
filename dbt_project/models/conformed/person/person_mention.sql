-- Grain: one row per distinct mention of a person without a number of their own (无有效号码的提及).
{{ config(materialized='by_change', key='record_id') }}

with

person_statement as (
    select * from {{ by_key(ref('person_statement'), 'record_id') }}
)

select
    record_id,
    max(identity_number) as claimed_number,
    max(spoilt_number) as spoilt_number,
    max(name) as name,
    max(reading_key) as reading_key,
    max(surname_key) as surname_key,
    max(characters_key) as characters_key,
    max(sex) as sex,
    max(birth_date) as birth_date,
    max(phone) as phone,
    max(address_code) as address_code,
    max(building_key) as building_key,
    count(*) as statements
from person_statement
where not owns_number and name is not null
group by record_id
