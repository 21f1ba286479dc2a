{#- Figures that add up, as changes by grid, day and day of knowledge. -#}

{#- Figures that add up, as changes: `measured` has grid_code, valid_from, valid_to, known_from, known_to and the columns. -#}
{% macro corners(measured, columns) -%}
    {%- set kinds = [
        ['valid_from', 'known_from', '', 'true'],
        ['valid_to', 'known_from', '-', 'valid_to is not null'],
        ['valid_from', 'known_to', '-', 'known_to is not null'],
        ['valid_to', 'known_to', '', 'valid_to is not null and known_to is not null'],
    ] -%}
    {% for valid_day, known_day, sign, condition in kinds %}
    select
        grid_code,
        {{ valid_day }} as valid_day,
        {{ known_day }} as known_day,
        {% for column in columns -%}
        {{ sign }}{{ column }} as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ measured }}
    where {{ condition }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{#- The day on which somebody completes so many years: who is born on 29 February does so on 1 March where there is none. -#}
{% macro birthday(birth_date, age) -%}
    cast({{ dbt.dateadd('year', age, birth_date) }} as date)
    {%- if age % 4 %}
    + case when extract(month from {{ birth_date }}) = 2 and extract(day from {{ birth_date }}) = 29 then 1 else 0 end
    {%- endif %}
{%- endmacro %}

{#- Columns of one of several relations that are put below each other: its own as they are, the others 0. -#}
{% macro padded(own, all) -%}
    {% for column in all -%}
    {{ column if column in own else 'cast(0 as bigint) as ' ~ column }}{{ ',' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{#- Figures of every grid as changes that add up: what `corner` (grid_code, valid_day, known_day and the columns) says, and on the
    first day what else there is on the last one (`on_last_day`, a row a grid), which never changed. A column that `as_other` names
    begins as another one does; one that is not on_last_day begins with 0. -#}
{% macro changes_by_grid(corner, on_last_day, columns, stocks, as_other={}) -%}
    total_change as (
        select
            grid_code,
            {% for column in stocks -%}
            sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ corner }}
        where valid_day <= (select max(as_of_date) from {{ ref('day') }})
        group by grid_code
    ),

    unchanged as (
        select
            {{ on_last_day }}.grid_code,
            day.first_day as valid_day,
            day.first_day as known_day,
            {% for column in columns -%}
            {%- set stock = as_other.get(column, column) -%}
            {% if stock in stocks -%}
            coalesce({{ on_last_day }}.{{ stock }}, 0) - coalesce(total_change.{{ stock }}, 0)
            {%- else -%}
            0
            {%- endif %} as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ on_last_day }}
        cross join (select distinct first_day from {{ ref('day') }}) as day
        left join total_change on {{ on_last_day }}.grid_code = total_change.grid_code
    )

    select
        grid_code,
        valid_day,
        known_day,
        {% for column in columns -%}
        cast(sum({{ column }}) as {{ figure_type(column) }}) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from (
        select * from unchanged
        union all
        select * from {{ corner }} where valid_day <= (select max(as_of_date) from {{ ref('day') }})
    ) as added
    where grid_code is not null
    group by grid_code, valid_day, known_day
    having false {% for column in columns %}or sum({{ column }}) <> 0 {% endfor %}
{%- endmacro %}

{#- The type of a figure that adds up: areas are decimals, everything else is counted. -#}
{% macro figure_type(column) -%}
    {{ 'decimal(18, 2)' if column in housing_decimals() else 'bigint' }}
{%- endmacro %}
