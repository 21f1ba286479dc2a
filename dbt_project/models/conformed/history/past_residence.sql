-- Grain: one row per row of past_statement whose record still names a person (历史居住证据): who, and where.
with

past_statement as (
    select * from {{ ref('past_statement') }}
),

dwelling as (
    select * from {{ ref('dwelling_register') }}
),

residence_rule as (
    select * from {{ ref('residence_rule') }}
),

last_rule as (
    select max(handicap_days) as handicap_days from residence_rule
),

-- A record that stands twice in its current delivery names the person of the first of its rows.
holder as (
    select
        source_record.extract,
        source_record.record_key,
        person_of_statement.person_key,
        row_number() over (
            partition by source_record.extract, source_record.record_key order by source_record.source_row nulls last
        ) as place
    from {{ ref('source_record') }} as source_record
    inner join (select distinct extract, record_key from past_statement) as past_record
        on source_record.extract = past_record.extract and source_record.record_key = past_record.record_key
    inner join {{ ref('person_of_statement') }} as person_of_statement
        on source_record.row_key = person_of_statement.evidence_key
)

select
    holder.person_key,
    past_statement.extract,
    past_statement.row_key as evidence_key,
    past_statement.record_key,
    past_statement.delivery_id,
    past_statement.delivery_date,
    past_statement.source_row,
    past_statement.is_renewed,
    past_statement.known_from,
    past_statement.known_to,
    coalesce(own.address_code, named.address_code) as address_code,
    coalesce(own.grid_code, named.grid_code, past_statement.grid_code) as grid_code,
    past_statement.observed_on,
    past_statement.lives_here,
    {{ days_before('past_statement.observed_on') }}
    + coalesce(residence_rule.handicap_days, last_rule.handicap_days) as standing
from past_statement
cross join last_rule
inner join holder
    on past_statement.extract = holder.extract and past_statement.record_key = holder.record_key and holder.place = 1
left join dwelling as own on past_statement.address_code = own.address_code
left join {{ ref('address_match') }} as address_match
    on past_statement.text_key = address_match.text_key and address_match.is_decided
left join dwelling as named on address_match.address_code = named.address_code
left join residence_rule on past_statement.extract = residence_rule.extract
