-- Grain: one row per record, number that it states, and way in which a name beside it is read (记录号码).
{{ config(materialized='by_change', key='record_id') }}

with

person_statement as (
    select * from {{ by_key(ref('person_statement'), 'record_id') }}
)

select distinct
    record_id,
    owns_number,
    reading_key,
    surname_key,
    coalesce(identity_number, spoilt_number) as number_text
from person_statement
where name is not null and coalesce(identity_number, spoilt_number) is not null
