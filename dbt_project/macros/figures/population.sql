{#- What both population marts share: the columns that add up, and the ratios made of them. -#}

{% macro population_counts() %}
    {{ return([
        'resident_population', 'registered_population', 'floating_population', 'registration_unknown_population',
        'male_population', 'female_population', 'sex_unknown_population',
        'age_under_14', 'age_0_14', 'age_15_59', 'age_60_and_over', 'age_65_and_over', 'age_80_and_over', 'age_unknown',
        'households', 'household_members', 'one_person_households', 'living_alone_60_and_over',
        'empty_nest_households', 'households_with_65_and_over',
        'separated_from_grid', 'separated_from_community', 'separated_from_street', 'separated_from_district',
        'births_30_days', 'registered_deaths_30_days',
        'disability_certificate_population', 'assistance_population',
        'grids', 'undersized_grids', 'oversized_grids',
    ] + balance_terms()) }}
{% endmacro %}

{% macro population_rates() -%}
    {{ ratio('floating_population', 'resident_population') }} as floating_rate,
    {{ ratio('separated_population', 'registered_population') }} as separation_rate,
    {{ ratio('male_population', 'female_population') }} as sex_ratio,
    {{ ratio('age_60_and_over', 'resident_population') }} as ageing_rate_60,
    {{ ratio('age_65_and_over', 'resident_population') }} as ageing_rate_65,
    {{ ratio('household_members', 'households') }} as average_household_size,
    {{ ratio('one_person_households', 'households') }} as one_person_household_rate
{%- endmacro %}

{#- The terms of the population balance but its closing, which is the resident population: opening + births + arrivals - deaths -
    departures = closing. -#}
{% macro balance_terms() %}
    {{ return(['opening_population', 'births', 'arrivals', 'deaths', 'departures']) }}
{% endmacro %}
