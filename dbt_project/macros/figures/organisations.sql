{#- What both organisations marts share: the columns that add up, and the ratios made of them. -#}

{#- Letters of the sections of GB/T 4754. -#}
{% macro industry_sections() %}
    {{ return(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't']) }}
{% endmacro %}

{% macro organisations_counts() %}
    {%- set counts = [
        'enterprises', 'active_enterprises', 'cancelled_enterprises', 'revoked_enterprises', 'other_status_enterprises',
        'employees', 'established_365_days', 'active_at_dwellings', 'active_representative_resident',
    ] -%}
    {%- for section in industry_sections() -%}
        {%- do counts.append('active_section_' ~ section) -%}
    {%- endfor -%}
    {%- do counts.append('active_section_unknown') -%}
    {{ return(counts) }}
{% endmacro %}

{% macro organisations_rates() -%}
    {{ ratio('active_enterprises', 'enterprises') }} as active_rate,
    {{ ratio('employees', 'active_enterprises') }} as employees_per_enterprise,
    {{ ratio('active_at_dwellings', 'active_enterprises') }} as at_dwelling_rate
{%- endmacro %}
