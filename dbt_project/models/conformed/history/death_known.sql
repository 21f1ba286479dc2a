-- Grain: one row per person in the deaths register (死亡获知日): the day on which the first row about it became known.
select
    person_of_statement.person_key,
    min(delivery.known_from) as known_from
from {{ ref('person_of_statement') }} as person_of_statement
inner join {{ ref('source_record') }} as source_record on person_of_statement.evidence_key = source_record.row_key
inner join {{ ref('delivery') }} as delivery
    on source_record.extract = delivery.extract and source_record.delivery_id = delivery.delivery_id
where person_of_statement.extract = 'civil_affairs.deaths' and person_of_statement.role = 'subject'
group by person_of_statement.person_key
