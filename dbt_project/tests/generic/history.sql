{#- Generic tests of what was known when: its end is what is known now. Each returns the rows that fail. -#}

{#- What is known last of every day and grid is what is known now. -#}
{% test last_known_is_known_now(model, to, theme) %}{% set columns = theme_counts(theme) %}
    select
        figures.as_of_date as expected_date,
        figures.grid_code as expected_grid_code,
        history.*
    from (select * from {{ model }} where known_until is null) as history
    full outer join {{ to }} as figures
        on history.as_of_date = figures.as_of_date and history.grid_code = figures.grid_code
    where
        history.grid_code is null
        or figures.grid_code is null{% for column in columns %}
        or history.{{ column }} is distinct from figures.{{ column }}{% endfor %}
{% endtest %}

{#- The state in the last cell of each thing, as known now, is its state of the last day. -#}
{% test ends_in_state(model, to, key, columns) %}
    select
        coalesce(last_cell.{{ key }}, state.{{ key }}) as {{ key }}{% for column in columns %},
        last_cell.{{ column }} as {{ column }}_in_cell,
        state.{{ column }} as {{ column }}_in_state{% endfor %}
    from (select * from {{ model }} where valid_to is null and known_to is null) as last_cell
    full outer join (
        select * from {{ to }} where {{ key }} in (select changing.{{ key }} from {{ model }} as changing)
    ) as state on last_cell.{{ key }} = state.{{ key }}
    where
        false{% for column in columns %}
        or last_cell.{{ column }} is distinct from state.{{ column }}{% endfor %}
{% endtest %}
