-- Grain: one row per row in force of somebody who has been dead for longer than the days of grace (死亡人员仍有效).
{{ config(materialized='ephemeral') }}

with

death_row as (
    select
        person_key,
        min(evidence_key) as other_key
    from {{ ref('person_of_statement') }}
    where role = 'subject' and extract = 'civil_affairs.deaths'
    group by person_key
),

long_dead as (
    select
        death.person_key,
        death.died_on,
        death_row.other_key
    from {{ ref('death') }} as death
    inner join death_row on death.person_key = death_row.person_key
    cross join (select max(as_of_date) as as_of_date from {{ ref('as_of') }}) as as_of
    where
        {{ dbt.datediff('death.died_on', 'as_of.as_of_date', 'day') }}
        > (select grace_days from {{ ref('discrepancy_kind') }} where kind = 'deceased_active')
),

found as (
    select
        person_of_statement.evidence_key,
        person_of_statement.person_key,
        'identity_number' as attribute,
        long_dead.other_key,
        'status' as other_attribute
    from long_dead
    inner join {{ ref('person_of_statement') }} as person_of_statement
        on long_dead.person_key = person_of_statement.person_key
    inner join {{ ref('person_statement') }} as person_statement
        on person_of_statement.evidence_key = person_statement.evidence_key
    left join {{ ref('ended_record') }} as ended_record on person_of_statement.evidence_key = ended_record.evidence_key
    where
        person_of_statement.role = 'subject'
        and person_of_statement.extract <> 'civil_affairs.deaths'
        and ended_record.evidence_key is null
        -- A visit tells of one day: only one after the death speaks against it.
        and (
            person_of_statement.extract <> 'community.household_visits'
            or person_statement.observed_on > long_dead.died_on
        )
)

{{ discrepancies_of_statements('found') }}
