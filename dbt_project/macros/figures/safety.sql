{#- What both safety marts share: the columns that add up, and the ratios made of them. -#}

{#- Main classes of incidents, the meanings of category_meaning's incident_class. -#}
{% macro incident_classes() %}
    {{ return(['dispute', 'hazard', 'public_order', 'service', 'public_security', 'other']) }}
{% endmacro %}

{% macro safety_counts() %}
    {%- set counts = [
        'incidents', 'open_incidents', 'closed_incidents', 'incidents_30_days', 'closed_30_days', 'overdue_incidents',
        'closed_with_deadline', 'closed_on_time', 'repeated_incidents',
    ] -%}
    {%- for class in incident_classes() -%}
        {%- do counts.append(class ~ '_incidents') -%}
        {%- do counts.append(class ~ '_incidents_30_days') -%}
    {%- endfor -%}
    {{ return(counts) }}
{% endmacro %}

{% macro safety_rates() -%}
    {{ ratio('closed_incidents', 'incidents') }} as closing_rate,
    {{ ratio('closed_on_time', 'closed_with_deadline') }} as on_time_rate,
    {{ ratio('repeated_incidents', 'incidents') }} as repeat_rate
{%- endmacro %}

{#- What is counted of incidents (incident_state, incident_change). -#}
{% macro incident_sums() -%}
    count(*) as incidents,
    count(case when not is_closed then 1 end) as open_incidents,
    count(case when is_closed then 1 end) as closed_incidents,
    count(case when is_recent then 1 end) as incidents_30_days,
    count(case when is_closed_recently then 1 end) as closed_30_days,
    count(case when not is_closed and is_past_deadline then 1 end) as overdue_incidents,
    count(case when is_closed and is_on_time is not null then 1 end) as closed_with_deadline,
    count(case when is_closed and is_on_time then 1 end) as closed_on_time,
    count(case when is_repeat then 1 end) as repeated_incidents,
    {% for class in incident_classes() %}
    count(case when main_class = '{{ class }}' then 1 end) as {{ class }}_incidents,
    count(case when main_class = '{{ class }}' and is_recent then 1 end) as {{ class }}_incidents_30_days{{ ',' if not loop.last }}
    {% endfor %}
{%- endmacro %}
