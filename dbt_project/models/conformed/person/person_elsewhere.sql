-- Grain: one row per mention and other dwelling at which its name stands beside that of one of its housemates (异址同住).
{{ config(materialized='compared') }}

with

mention as (
    select
        record_id,
        name,
        address_code
    from {{ ref('person_mention') }}
    where address_code is not null
),

dwelling_name as (
    select * from {{ ref('dwelling_name') }}
),

-- A pair of names that occurs beside any mention is looked for at every dwelling, by its number.
wanted as (
    select
        mention.record_id,
        mention.address_code,
        {{ row_key(['mention.name', 'dwelling_name.name']) }} as pair_key
    from mention
    inner join dwelling_name on mention.address_code = dwelling_name.address_code and mention.name <> dwelling_name.name
),

beside as (
    select
        dwelling_name.address_code,
        dwelling_name.name,
        {{ row_key(['dwelling_name.name', 'mate.name']) }} as pair_key
    from dwelling_name
    inner join dwelling_name as mate
        on dwelling_name.address_code = mate.address_code and dwelling_name.name <> mate.name
)

select distinct
    wanted.record_id,
    beside.address_code,
    beside.name
from wanted
inner join beside on wanted.pair_key = beside.pair_key and wanted.address_code <> beside.address_code
