{#- Incidents on a day, for …_state and …_change alike. -#}

{#- Incidents at the `moments` (keys, the first the day, and what `on` joins to an incident of the CTE ordered by). A closed event
    was still open on the days before it was closed, and where the moments have known_from, until its closing was known. -#}
{% macro incident_states(moments, keys, on='true', closing_known='true') -%}
    {%- set day = 'moment.' ~ keys[0] -%}
    select
        {% for key in keys %}moment.{{ key }},
        {% endfor -%}
        ordered.incident_key,
        ordered.grid_code,
        ordered.main_class,
        ordered.is_closed
        and (ordered.closed_at is null or cast(ordered.closed_at as date) <= {{ day }})
        and {{ closing_known }} as is_closed,
        {{ within_last('ordered.reported_at', day, 'recent_days') }} as is_recent,
        ordered.is_closed and {{ within_last('ordered.closed_at', day, 'recent_days') }} and {{ closing_known }}
            as is_closed_recently,
        cast(ordered.deadline as date) < {{ day }} as is_past_deadline,
        ordered.closed_at <= ordered.deadline as is_on_time,
        case
            when ordered.closed_at >= ordered.reported_at
                then cast({{ dbt.datediff('ordered.reported_at', 'ordered.closed_at', 'minute') }} as bigint)
        end as closing_minutes,
        -- The same kind of event at the same dwelling again: what was closed was not solved.
        ordered.address_code is not null
        and ordered.type_code is not null
        and coalesce(
            {{ dbt.datediff('ordered.reported_before_at', 'ordered.reported_at', 'day') }}
            <= {{ figure('repeat_window_days') }},
            false
        ) as is_repeat
    from {{ moments }} as moment
    inner join ordered
        on (ordered.reported_at is null or cast(ordered.reported_at as date) <= {{ day }}) and {{ on }}
{%- endmacro %}

{#- Incidents, each with the time at which the same kind was reported from the same dwelling before. -#}
{% macro ordered_incidents() -%}
    select
        *,
        lag(reported_at) over (
            partition by address_code, type_code order by reported_at asc nulls last, incident_key asc nulls last
        ) as reported_before_at
    from {{ ref('incident') }}
{%- endmacro %}
