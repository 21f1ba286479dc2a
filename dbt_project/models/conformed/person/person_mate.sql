-- Grain: one row per record that takes part in a comparison, and name of somebody else at one of its dwellings (同住姓名).
{{ config(materialized='ephemeral') }}

{#- Named where they are read, not once above: DuckDB copies what two places share. #}
{% set named %}
(
    select
        {{ row_key(['address_code']) }} as dwelling,
        {{ row_key(['name']) }} as name_key,
        name
    from {{ through(ref('dwelling_name'), 'address_code', 'address_code', ref('person_statement'), 'record_id') }}
) as named
{%- endset %}
with

home as (
    select distinct
        said.record_id,
        said.name,
        {{ row_key(['person_statement.address_code']) }} as dwelling
    from {{ by_key(ref('person_statement'), 'record_id') }} as person_statement
    inner join {{ ref('person_said') }} as said on person_statement.record_id = said.record_id
    where said.has_several_address_codes and person_statement.address_code is not null
)

-- At the one dwelling of nearly everybody each name stands once.
select
    said.record_id,
    named.name_key
from {{ ref('person_said') }} as said
inner join {{ named }} on said.least_address_codes = named.dwelling and said.name <> named.name
where not said.has_several_address_codes
union all
select distinct
    home.record_id,
    named.name_key
from home
inner join {{ named }} on home.dwelling = named.dwelling and home.name <> named.name
