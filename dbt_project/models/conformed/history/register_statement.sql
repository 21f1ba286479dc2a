-- Grain: one row per statement of where somebody lives in a full extract and run of deliveries that made it (登记陈述区间),
-- but not of what every delivery says; where it is made now, per row of the current delivery.
{{ config(materialized='compared') }}
{% set registers = registers_to_read() %}
{% set kept = registers | selectattr('goes_on') | map(attribute='contract.id') | list %}
{% set read = registers | selectattr('paths') | list %}
-- depends_on: {{ ref('learnt_delivery') }}, {{ ref('full_delivery_day') }}
with

current_row as (
    {% for contract in residence_contracts('full') %}
    select
        row_key,
        extract,
        record_key,
        {{ statement_key(contract) }} as statement_key
    from {{ ref(contract.model) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

stood as (
    {{ stood_register_statements(kept) }}
),

{{ statements_read(read) }},

{{ runs_of_statements() }},

standing as (
    select distinct
        statement_key,
        is_renewed,
        first_delivered_on,
        known_from
    from stood
    where last_delivered_on is null and statement_key not in (select broken.statement_key from broken)
    union all
    select
        statement_key,
        is_renewed,
        first_delivered_on,
        known_from
    from run
    where last_delivered_on is null
)

select * from stood where last_delivered_on is not null
union all
-- Rows of one delivery that say the same are one statement.
select distinct
    {{ row_key(['run.extract', 'run.statement_key', 'run.first_delivered_on', 'run.known_from']) }} as row_key,
    run.extract,
    stated.record_key,
    run.statement_key,
    run.is_renewed,
    run.first_delivered_on,
    run.last_delivered_on,
    run.known_from,
    run.known_to,
    case when run.is_renewed then run.first_delivered_on else stated.observed_on end as observed_on,
    stated.address_text,
    stated.address_code,
    stated.grid_code,
    stated.lives_here
from run
inner join ({{ statements_of(read) }}) as stated
    on run.statement_key = stated.statement_key and run.last_delivered_on = stated.delivery_date
union all
select
    current_row.row_key,
    current_row.extract,
    current_row.record_key,
    standing.statement_key,
    standing.is_renewed,
    standing.first_delivered_on,
    cast(null as date) as last_delivered_on,
    standing.known_from,
    cast(null as date) as known_to,
    cast(null as date) as observed_on,
    cast(null as varchar) as address_text,
    cast(null as varchar) as address_code,
    cast(null as varchar) as grid_code,
    cast(null as boolean) as lives_here
from standing
inner join current_row on standing.statement_key = current_row.statement_key
