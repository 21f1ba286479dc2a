-- Grain: one row per form, area, month and cell that people typed (补录单元格), the last one delivered.
with

latest as (

    {{ latest_by_record_key(by_key(source('data_centre', 'typed_cells'), '_record_key')) }}

),

renamed as (

    select
        {{ provenance_columns('data_centre.typed_cells') }},

        {{ clean_text('form') }} as form,
        {{ clean_code('area_code') }} as area_code,
        cast({{ dbt.date_trunc('month', parse_date('month')) }} as date) as month,
        {{ clean_text('cell') }} as cell,
        {{ trimmed('value') }} as value,
        {{ trimmed('reason') }} as reason
    from latest

)

select * from renamed
