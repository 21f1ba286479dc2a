{#- Days on which something changes by days on which something was learnt of it. -#}

{#- The CTE cell, with those that it is made of: of every key with an event, all days on which it changes by all days on which something was
    learnt of it. It reads the CTEs day, valid_event (key, valid_day) and known_event (key, known_day), whose days lie
    behind the first one, each once. -#}
{% macro cells(key) -%}
    changing as (
        select {{ key }} from valid_event
        union
        select {{ key }} from known_event
    ),

    valid_span as (
        select
            {{ key }},
            valid_day as valid_from,
            lead(valid_day) over (partition by {{ key }} order by valid_day nulls last) as valid_to
        from (
            select {{ key }}, valid_day from valid_event
            union all
            select changing.{{ key }}, day.first_day as valid_day from changing cross join day
        ) as valid_days
    ),

    known_span as (
        select
            {{ key }},
            known_day as known_from,
            lead(known_day) over (partition by {{ key }} order by known_day nulls last) as known_to
        from (
            select {{ key }}, known_day from known_event
            union all
            select changing.{{ key }}, day.first_day as known_day from changing cross join day
        ) as known_days
    ),

    cell as (
        select
            valid_span.{{ key }},
            valid_span.valid_from,
            valid_span.valid_to,
            known_span.known_from,
            known_span.known_to
        from valid_span
        inner join known_span on valid_span.{{ key }} = known_span.{{ key }}
    )
{%- endmacro %}

{#- The days behind the first one on which something known as cells begins or ends: the CTEs valid_event and known_event. -#}
{% macro events_of_cells(key, relation) -%}
    valid_event as (
        select distinct
            event.{{ key }},
            event.valid_day
        from (
            select {{ key }}, valid_from as valid_day from {{ relation }}
            union all
            select {{ key }}, valid_to as valid_day from {{ relation }}
        ) as event
        cross join day
        where event.valid_day > day.first_day
    ),

    known_event as (
        select distinct
            event.{{ key }},
            event.known_day
        from (
            select {{ key }}, known_from as known_day from {{ relation }}
            union all
            select {{ key }}, known_to as known_day from {{ relation }}
        ) as event
        cross join day
        where event.known_day > day.first_day
    )
{%- endmacro %}
