{#- What is counted of people and households, for the marts on population and on community. -#}

{#- The columns that are counted of people, of the registered, of households and of those in care: once here, for the last day and
    for what changes within the days alike. -#}
{% macro resident_sums() -%}
    count(*) as resident_population,
    count(case when registration = 'floating' then 1 end) as floating_population,
    count(case when registration = 'unknown' then 1 end) as registration_unknown_population,
    count(case when sex = '1' then 1 end) as male_population,
    count(case when sex = '2' then 1 end) as female_population,
    count(case when sex is null then 1 end) as sex_unknown_population,
    count(case when age < 14 then 1 end) as age_under_14,
    count(case when age < 15 then 1 end) as age_0_14,
    count(case when age between 15 and 59 then 1 end) as age_15_59,
    count(case when age >= 60 then 1 end) as age_60_and_over,
    count(case when age >= 65 then 1 end) as age_65_and_over,
    count(case when age >= 80 then 1 end) as age_80_and_over,
    count(case when age is null then 1 end) as age_unknown,
    count(case when is_newborn then 1 end) as births_30_days
{%- endmacro %}

{% macro registered_sums() -%}
    count(case when is_registered then 1 end) as registered_population,
    count(case when is_separated_from_grid then 1 end) as separated_from_grid,
    count(case when is_separated_from_community then 1 end) as separated_from_community,
    count(case when is_separated_from_street then 1 end) as separated_from_street,
    count(case when is_separated_from_district then 1 end) as separated_from_district,
    count(case when died_recently then 1 end) as registered_deaths_30_days
{%- endmacro %}

{% macro household_sums() -%}
    count(*) as households,
    cast(sum(members) as bigint) as household_members,
    count(case when is_one_person then 1 end) as one_person_households,
    count(case when is_living_alone_60_and_over then 1 end) as living_alone_60_and_over,
    count(case when is_empty_nest then 1 end) as empty_nest_households,
    count(case when has_65_and_over then 1 end) as households_with_65_and_over
{%- endmacro %}

{% macro care_sums() -%}
    count(case when care = 'assistance' then 1 end) as assistance_population,
    count(case when care = 'minimum_living' then 1 end) as minimum_living_recipients,
    count(case when care = 'extreme_hardship' then 1 end) as extreme_hardship_recipients,
    count(case when care = 'low_income' then 1 end) as low_income_recipients,
    count(case when care = 'temporary' then 1 end) as temporary_assistance_recipients,
    count(case when care = 'other_assistance' then 1 end) as other_assistance_recipients,
    count(case when care = 'disability_certificate' then 1 end) as disability_certificate_population,
    count(case when care = 'student' then 1 end) as students,
    count(case when care = 'chronic_condition' then 1 end) as chronic_condition_population,
    count(case when care = 'hypertension' then 1 end) as hypertension_population,
    count(case when care = 'diabetes' then 1 end) as diabetes_population,
    count(case when care = 'elderly_managed' then 1 end) as elderly_managed_population
{%- endmacro %}

{#- What is counted of people and households, by what it is counted of. The marts on population and on community share it. -#}
{% macro population_measures() %}
    {{ return({
        'resident': [
            'resident_population', 'floating_population', 'registration_unknown_population',
            'male_population', 'female_population', 'sex_unknown_population',
            'age_under_14', 'age_0_14', 'age_15_59', 'age_60_and_over', 'age_65_and_over', 'age_80_and_over',
            'age_unknown', 'births_30_days',
        ],
        'registered': [
            'registered_population', 'separated_from_grid', 'separated_from_community', 'separated_from_street',
            'separated_from_district', 'registered_deaths_30_days',
        ],
        'household': [
            'households', 'household_members', 'one_person_households', 'living_alone_60_and_over',
            'empty_nest_households', 'households_with_65_and_over',
        ],
        'care': [
            'assistance_population', 'minimum_living_recipients', 'extreme_hardship_recipients', 'low_income_recipients',
            'temporary_assistance_recipients', 'other_assistance_recipients', 'disability_certificate_population',
            'students', 'chronic_condition_population', 'hypertension_population', 'diabetes_population',
            'elderly_managed_population',
        ],
        'balance': balance_terms(),
    }) }}
{% endmacro %}
