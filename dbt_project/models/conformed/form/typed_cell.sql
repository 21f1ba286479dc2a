-- Grain: one row per form, area, month and cell with a value that people typed (补录单元格).
{{ config(materialized='view') }}

with ranked as (
    select
        form,
        area_code,
        month,
        cell,
        value,
        delivery_date as typed_on,
        source_file,
        source_row,
        -- One month may be written in two ways, and so be delivered as two records.
        row_number() over (
            partition by form, area_code, month, cell
            order by delivery_date desc nulls last, source_row desc nulls last
        ) as recency
    from {{ ref('stg_data_centre__typed_cells') }}
    where form is not null and area_code is not null and month is not null and cell is not null
)

select
    form,
    area_code,
    month,
    cell,
    value,
    typed_on,
    source_file,
    source_row
from ranked
where recency = 1 and value is not null
