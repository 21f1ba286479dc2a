{#- What both community marts share: the columns that add up, and the ratios made of them. -#}

{% macro community_counts() %}
    {{ return([
        'dwellings', 'visited_dwellings', 'visited_dwellings_90_days',
        'visits_found_let', 'visits_found_vacant', 'people_found_living_elsewhere', 'people_found_living_alone',
        'households', 'open_incidents', 'grid_workers',
        'assistance_population', 'minimum_living_recipients', 'extreme_hardship_recipients', 'low_income_recipients',
        'temporary_assistance_recipients', 'other_assistance_recipients', 'disability_certificate_population',
        'students', 'chronic_condition_population', 'hypertension_population', 'diabetes_population',
        'elderly_managed_population',
    ]) }}
{% endmacro %}

{% macro community_rates() -%}
    {{ ratio('visited_dwellings_90_days', 'dwellings') }} as visit_coverage_rate,
    {{ ratio('households + open_incidents', 'grid_workers') }} as grid_worker_load
{%- endmacro %}
