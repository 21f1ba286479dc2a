-- Grain: one row per valid identity number (号码归属).
{{ config(materialized='by_change', key='record_id') }}

{#- Named where they are read, not once above: DuckDB copies what several places share. #}
{% set number_claim = by_key(ref('number_claim'), 'record_id') ~ ' as number_claim' %}
{% set person_name = dictionary(ref('person_name')) ~ ' as person_name' %}
with

-- Nearly every number stands beside one name alone: only the others are ranked.
contested as (
    select record_id
    from {{ number_claim }}
    group by record_id
    having count(*) > 1
),

ranked as (
    select
        number_claim.record_id,
        number_claim.name_text,
        row_number() over (
            partition by number_claim.record_id
            order by
                case when person_name.is_masked then 1 else 0 end nulls last,
                greatest(number_claim.birth_differs - number_claim.birth_agrees, number_claim.sex_differs) nulls last,
                number_claim.precedence nulls last,
                number_claim.extracts desc nulls last,
                number_claim.statements desc nulls last,
                person_name.name nulls last,
                number_claim.name_text nulls last
        ) as standing
    from {{ number_claim }}
    inner join contested on number_claim.record_id = contested.record_id
    inner join {{ person_name }} on number_claim.name_text = person_name.name_text
)

select
    number_claim.record_id,
    number_claim.identity_number,
    person_name.name,
    person_name.reading,
    person_name.reading_key,
    person_name.surname_key
from {{ number_claim }}
inner join {{ person_name }} on number_claim.name_text = person_name.name_text
left join ranked
    on number_claim.record_id = ranked.record_id and number_claim.name_text = ranked.name_text
where coalesce(ranked.standing, 1) = 1
