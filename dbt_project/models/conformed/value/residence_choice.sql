-- Grain: one row per residence (居住认定): the row that it is from, and the places that it beat.
{{ config(materialized='view') }}

with

residence_claim as (
    select * from {{ ref('residence_claim') }}
),

beaten as (
    select
        person_key,
        count(*) as places,
        {{ reference_list('extract', 'source_file', 'source_row', 'column_name') }} as beaten
    from residence_claim
    where not holds
    group by person_key
)

select
    residence.person_key,
    residence.address_code,
    residence.grid_code,
    held.extract,
    held.source_file,
    held.source_row,
    held.column_name,
    held.observed_on,
    coalesce(beaten.places, 0) as beaten_places,
    beaten.beaten
from {{ ref('residence') }} as residence
inner join residence_claim as held on residence.person_key = held.person_key and held.holds
left join beaten on residence.person_key = beaten.person_key
where residence.valid_to is null
