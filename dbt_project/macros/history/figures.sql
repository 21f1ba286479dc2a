{#- Figures over days out of what changed: as known now, and as they became known. -#}

{#- Figures of every grid and day as known now: the changes up to the day, added up. -#}
{% macro figures_by_day(change, columns) -%}
    select
        grid_day.as_of_date,
        grid_day.grid_code,
        {% for column in columns -%}
        cast(
            coalesce(
                sum(change.{{ column }}) over (
                    partition by grid_day.grid_code
                    order by grid_day.as_of_date
                    rows between unbounded preceding and current row
                ),
                0
            ) as {{ figure_type(column) }}
        ) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('grid_day') }} as grid_day
    left join (
        select
            grid_code,
            valid_day,
            {% for column in columns -%}
            sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ change }}
        group by grid_code, valid_day
    ) as change
        on grid_day.grid_code = change.grid_code and grid_day.as_of_date = change.valid_day
{%- endmacro %}

{#- Figures of every grid and day as they became known: a row for the day itself, and one for every later day on which something
    was learnt that changes them. A change true from d and learnt on k is in the figures of the days d to k - 1 only as known
    from k, and in those of later days from the first. -#}
{% macro figures_as_known(change, columns) -%}
    select
        as_of_date,
        grid_code,
        known_on,
        lead(known_on) over (partition by grid_code, as_of_date order by known_on) as known_until,
        {% for column in columns -%}
        cast(
            sum({{ column }}) over (
                partition by grid_code, as_of_date order by known_on rows between unbounded preceding and current row
            ) as {{ figure_type(column) }}
        ) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from (
        select
            grid_day.as_of_date,
            grid_day.grid_code,
            grid_day.as_of_date as known_on,
            {% for column in columns -%}
            coalesce(
                sum(change.{{ column }}) over (
                    partition by grid_day.grid_code
                    order by grid_day.as_of_date
                    rows between unbounded preceding and current row
                ),
                0
            ) as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ ref('grid_day') }} as grid_day
        left join (
            select
                grid_code,
                greatest(valid_day, known_day) as told_day,
                {% for column in columns -%}
                sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
                {% endfor %}
            from {{ change }}
            group by grid_code, greatest(valid_day, known_day)
        ) as change
            on grid_day.grid_code = change.grid_code and grid_day.as_of_date = change.told_day

        union all

        select
            grid_day.as_of_date,
            change.grid_code,
            change.known_day as known_on,
            {% for column in columns -%}
            sum(change.{{ column }}) as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ change }} as change
        inner join {{ ref('grid_day') }} as grid_day
            on
                change.grid_code = grid_day.grid_code
                and change.valid_day <= grid_day.as_of_date
                and change.known_day > grid_day.as_of_date
        group by grid_day.as_of_date, change.grid_code, change.known_day
        having false {% for column in columns %}or sum(change.{{ column }}) <> 0 {% endfor %}
    ) as told
{%- endmacro %}
