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

{#- What is counted of dwellings and visits to them (dwelling_state, dwelling_change). -#}
{% macro visit_sums() -%}
    count(*) as dwellings,
    count(visited_on) as visited_dwellings,
    count(case when is_visited then 1 end) as visited_dwellings_90_days,
    count(case when house_status_meaning = 'let' then 1 end) as visits_found_let,
    count(case when house_status_meaning = 'vacant' then 1 end) as visits_found_vacant,
    cast(sum(people_living_elsewhere) as bigint) as people_found_living_elsewhere,
    cast(sum(people_living_alone) as bigint) as people_found_living_alone
{%- endmacro %}

{#- The columns of visit_sums. -#}
{% macro visit_counts() %}
    {{ return([
        'dwellings', 'visited_dwellings', 'visited_dwellings_90_days', 'visits_found_let', 'visits_found_vacant',
        'people_found_living_elsewhere', 'people_found_living_alone',
    ]) }}
{% endmacro %}
