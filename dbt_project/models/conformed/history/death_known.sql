-- Grain: one row per person whose death became known after the first day (死亡获知日).
select
    person_of_statement.person_key,
    min(coalesce(later_record.first_known_from, day.first_day)) as known_from
from {{ ref('person_of_statement') }} as person_of_statement
cross join (select distinct first_day from {{ ref('day') }}) as day
left join {{ ref('later_record') }} as later_record on person_of_statement.evidence_key = later_record.row_key
where person_of_statement.extract = 'civil_affairs.deaths' and person_of_statement.role = 'subject'
group by person_of_statement.person_key
having min(coalesce(later_record.first_known_from, day.first_day)) > min(day.first_day)
