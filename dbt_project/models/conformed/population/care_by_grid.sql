-- Grain: one row per as_of_date and grid with a resident whom a caring department has on its books.
select
    person_state.as_of_date,
    person_state.grid_code,
    count(case when person_care.care = 'assistance' then 1 end) as assistance_population,
    count(case when person_care.care = 'minimum_living' then 1 end) as minimum_living_recipients,
    count(case when person_care.care = 'extreme_hardship' then 1 end) as extreme_hardship_recipients,
    count(case when person_care.care = 'low_income' then 1 end) as low_income_recipients,
    count(case when person_care.care = 'temporary' then 1 end) as temporary_assistance_recipients,
    count(case when person_care.care = 'other_assistance' then 1 end) as other_assistance_recipients,
    count(case when person_care.care = 'disability_certificate' then 1 end) as disability_certificate_population,
    count(case when person_care.care = 'student' then 1 end) as students,
    count(case when person_care.care = 'chronic_condition' then 1 end) as chronic_condition_population,
    count(case when person_care.care = 'hypertension' then 1 end) as hypertension_population,
    count(case when person_care.care = 'diabetes' then 1 end) as diabetes_population,
    count(case when person_care.care = 'elderly_managed' then 1 end) as elderly_managed_population
from {{ ref('person_care') }} as person_care
inner join {{ ref('person_state') }} as person_state on person_care.person_key = person_state.person_key
where person_state.placement = 'grid'
group by person_state.as_of_date, person_state.grid_code
