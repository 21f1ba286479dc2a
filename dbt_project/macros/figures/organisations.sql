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

{#- What is counted of enterprises (enterprise_state, enterprise_change). -#}
{% macro enterprise_sums() -%}
    count(*) as enterprises,
    count(case when status_meaning = 'active' then 1 end) as active_enterprises,
    count(case when status_meaning = 'cancelled' then 1 end) as cancelled_enterprises,
    count(case when status_meaning = 'revoked' then 1 end) as revoked_enterprises,
    count(case when status_meaning not in ('active', 'cancelled', 'revoked') then 1 end)
        as other_status_enterprises,
    cast(sum(case when status_meaning = 'active' then employees end) as bigint) as employees,
    count(case when established_last_year then 1 end) as established_365_days,
    count(case when status_meaning = 'active' and is_at_dwelling then 1 end) as active_at_dwellings,
    count(case when status_meaning = 'active' and is_representative_resident then 1 end)
        as active_representative_resident,
    {% for section in industry_sections() %}
    count(case when status_meaning = 'active' and industry_section = '{{ section | upper }}' then 1 end)
        as active_section_{{ section }},
    {% endfor %}
    count(case when status_meaning = 'active' and industry_section is null then 1 end) as active_section_unknown
{%- endmacro %}
