-- Grain: one row per delivered row of the current file, a grid (网格).
{{ config(materialized='compared') }}

with

numbered as (

    {{ numbered_copies(source('grid_office', 'grids')) }}

),

renamed as (

    select
        {{ provenance_columns('grid_office.grids') }},

        {{ clean_code('grid_code') }} as grid_code,
        {{ clean_text('grid_name') }} as grid_name,
        {{ clean_code('community_code') }} as community_code,
        {{ clean_text('community_name') }} as community_name,
        {{ clean_code('street_code') }} as street_code,
        {{ clean_text('street_name') }} as street_name,
        {{ clean_name('grid_worker_name') }} as grid_worker_name,
        {{ clean_phone('grid_worker_phone') }} as grid_worker_phone,
        geometry
    from numbered

)

select * from renamed
