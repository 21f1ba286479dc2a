-- Grain: one row per form, area and month that the form was filled for, by its last filling.
with ranked as (
    select
        *,
        row_number() over (partition by form, area_code, month order by filling desc nulls last) as recency
    from {{ ref('form_filling') }}
),

typed as (
    select
        form,
        area_code,
        month,
        count(*) as typed_cells
    from {{ ref('typed_cell') }}
    group by form, area_code, month
),

counted as (
    select
        ranked.form,
        ranked.area_level,
        ranked.area_code,
        ranked.month,
        ranked.as_of_date,
        ranked.cells,
        ranked.filled_cells,
        ranked.carried_cells,
        -- A row may have left the list since somebody typed into it.
        least(
            coalesce(typed.typed_cells, 0), ranked.cells - ranked.filled_cells - ranked.carried_cells
        ) as typed_cells
    from ranked
    left join typed
        on ranked.form = typed.form and ranked.area_code = typed.area_code and ranked.month = typed.month
    where ranked.recency = 1
)

select
    form,
    area_level,
    area_code,
    month,
    as_of_date,
    cells,
    filled_cells,
    carried_cells,
    typed_cells,
    cells - filled_cells - carried_cells - typed_cells as blank_cells,
    {{ ratio('filled_cells + carried_cells', 'cells') }} as auto_fill_rate
from counted
