-- Grain: one row per statement that a person does or does not live at a place (居住证据).
{{ config(materialized='by_change', key='evidence_key') }}

with

person_statement as (
    select * from {{ by_key(ref('person_statement'), 'evidence_key') }}
),

person_of_record as (
    select * from {{ through(ref('person_of_record'), 'record_id', 'record_id', ref('person_statement')) }}
),

tenancy as (
    select * from {{ through(ref('tenancy'), 'row_key', 'row_key', ref('person_statement')) }}
),

dwelling as (
    select * from {{ ref('dwelling_register') }}
),

building_grid as (
    select
        building_key,
        min(grid_code) as grid_code
    from {{ ref('dwelling_register') }}
    group by building_key
    having min(grid_code) = max(grid_code)
),

residence_rule as (
    select * from {{ ref('residence_rule') }}
),

-- An extract without a rule stands behind every other.
last_rule as (
    select max(handicap_days) as handicap_days from residence_rule
)

select
    person_of_record.person_key,
    person_statement.extract,
    person_statement.evidence_key,
    person_statement.address_code,
    coalesce(dwelling.grid_code, building_grid.grid_code, person_statement.grid_code) as grid_code,
    person_statement.observed_on,
    person_statement.lives_here and not coalesce(tenancy.is_ended, false) as lives_here,
    {{ days_before('person_statement.observed_on') }}
    + coalesce(residence_rule.handicap_days, last_rule.handicap_days) as standing
from person_statement
cross join last_rule
inner join person_of_record on person_statement.record_id = person_of_record.record_id
left join dwelling on person_statement.address_code = dwelling.address_code
left join building_grid on person_statement.building_key = building_grid.building_key
left join residence_rule on person_statement.extract = residence_rule.extract
left join tenancy
    on person_statement.row_key = tenancy.row_key
where person_statement.lives_here is not null
