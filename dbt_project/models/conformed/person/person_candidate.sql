-- Grain: one row per pair of records worth comparing (候选比对对).
with

mention as (
    select
        *,
        coalesce(spoilt_number, claimed_number) as number_text
    from {{ ref('person_mention') }}
),

statement as (
    select
        *,
        coalesce(identity_number, spoilt_number) as number_text
    from {{ ref('person_statement') }}
    where name is not null
),

housemate as (
    select * from {{ ref('dwelling_name') }}
),

sole_bearer as (
    select
        name,
        max({{ text_key(['identity_number']) }}) as record_id
    from {{ ref('number_owner') }}
    group by name
    having count(*) = 1
),

mention_mate as (
    select
        mention.record_id,
        mention.name,
        housemate.name as mate
    from mention
    inner join housemate on mention.address_code = housemate.address_code and mention.name <> housemate.name
),

statement_mate as (
    select distinct
        statement.record_id,
        statement.owns_number,
        statement.name,
        housemate.name as mate
    from statement
    inner join (select distinct name from mention) as wanted on statement.name = wanted.name
    inner join housemate on statement.address_code = housemate.address_code and statement.name <> housemate.name
),

pair as (
    {% for conditions in candidate_conditions() %}
    select mention.record_id, statement.record_id as other_id, statement.owns_number
    from mention
    inner join statement
        on
            {{ conditions | join(' and ') }}
    union all
    {% endfor %}
    select mention.record_id, sole_bearer.record_id as other_id, true as owns_number
    from mention
    inner join sole_bearer on mention.name = sole_bearer.name
    union all
    select mention_mate.record_id, statement_mate.record_id as other_id, statement_mate.owns_number
    from mention_mate
    inner join statement_mate on mention_mate.name = statement_mate.name and mention_mate.mate = statement_mate.mate
)

select distinct
    record_id,
    other_id,
    owns_number as other_owns_number
from pair
where record_id <> other_id and (owns_number or record_id < other_id)
