-- Grain: one row per record that takes part in a comparison, and name of somebody else at one of its dwellings (同住姓名).
{{ config(materialized='ephemeral') }}

with

placed as (
    select distinct
        person_statement.record_id,
        person_statement.address_code,
        coalesce(number_owner.name, person_statement.name) as name
    from {{ by_key(ref('person_statement'), 'record_id') }} as person_statement
    inner join {{ by_key(ref('person_compared'), 'record_id') }} as person_compared
        on person_statement.record_id = person_compared.record_id
    left join {{ by_key(ref('number_owner'), 'record_id') }} as number_owner
        on person_statement.owns_number and person_statement.record_id = number_owner.record_id
    where person_statement.address_code is not null
)

select distinct
    placed.record_id,
    {{ row_key(['dwelling_name.name']) }} as name_key
from placed
inner join
    {{ through(ref('dwelling_name'), 'address_code', 'address_code', ref('person_statement'), 'record_id') }}
        as dwelling_name
    on placed.address_code = dwelling_name.address_code
where placed.name <> dwelling_name.name
