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
