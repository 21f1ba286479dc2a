-- Grain: one row per form, area, month and cell with a value that people typed (补录单元格).
{{ config(materialized='view') }}

with typed as (
    select
        *,
        -- A row's key is a person's, or begins with it: name[key] or name[key-category].
        replace(split_part(split_part(cell, '[', 2), '-', 1), ']', '') as key_of_row
    from {{ ref('stg_data_centre__typed_cells') }}
    where form is not null and area_code is not null and month is not null and cell is not null
),

-- The form that came back may be older than the merge of two keys.
redirected as (
    select
        typed.form,
        typed.area_code,
        typed.month,
        case
            when person_redirect.old_key is null then typed.cell
            else replace(typed.cell, '[' || person_redirect.old_key, '[' || person_redirect.current_key)
        end as cell,
        typed.value,
        typed.delivery_date,
        typed.source_file,
        typed.source_row
    from typed
    left join {{ ref('person_redirect') }} as person_redirect on typed.key_of_row = person_redirect.old_key
),

ranked as (
    select
        *,
        -- One month may be written in two ways, and so be delivered as two records; two keys may have become one.
        row_number() over (
            partition by form, area_code, month, cell
            order by delivery_date desc nulls last, source_row desc nulls last
        ) as recency
    from redirected
)

select
    form,
    area_code,
    month,
    cell,
    value,
    delivery_date as typed_on,
    source_file,
    source_row
from ranked
where recency = 1 and value is not null
