-- Grain: one row per record that takes part in a comparison (匹配记录).
with

person_statement as (
    select * from {{ ref('person_statement') }}
),

number_owner as (
    select * from {{ ref('number_owner') }}
),

person_compared as (
    select * from {{ ref('person_compared') }}
),

dwelling_name as (
    select * from {{ ref('dwelling_name') }}
),

name_bearer as (
    select
        name,
        count(*) as bearers,
        cast(count(*) as double) / sum(count(*)) over () as tf_name
    from number_owner
    group by name
),

rarest_name as (
    select coalesce(min(tf_name), 1) as tf_name from name_bearer
),

statement as (
    select
        person_statement.*,
        coalesce(number_owner.name, person_statement.name) as known_name,
        case when person_statement.owns_number then person_statement.number_birth_date end as own_birth_date,
        case when person_statement.owns_number then person_statement.number_sex else person_statement.sex end
            as known_sex
    from person_statement
    inner join person_compared on person_statement.record_id = person_compared.record_id
    left join number_owner
        on person_statement.owns_number and person_statement.identity_number = number_owner.identity_number
),

record as (
    select
        record_id,
        owns_number,
        max(known_name) as name,
        max(coalesce(identity_number, spoilt_number)) as number_text,
        max(known_sex) as sex,
        max(coalesce(own_birth_date, birth_date)) as birth_date,
        {{ distinct_list('birth_date') }} as birth_dates,
        {{ distinct_list('address_code') }} as address_codes,
        {{ distinct_list('building_key') }} as building_keys,
        {{ distinct_list('phone') }} as phones,
        max(case when meaning = 'residence' and role = 'subject' then 1 else 0 end) as lives_at_address
    from statement
    group by record_id, owns_number
),

mate as (
    select
        placed.record_id,
        {{ distinct_list('dwelling_name.name') }} as mates
    from (select distinct record_id, known_name, address_code from statement) as placed
    inner join dwelling_name
        on placed.address_code = dwelling_name.address_code and placed.known_name <> dwelling_name.name
    group by placed.record_id
)

select
    record.*,
    person_name.reading,
    person_name.sorted_characters,
    coalesce(name_bearer.tf_name, rarest_name.tf_name) as tf_name,
    coalesce(name_bearer.bearers, 0) as bearers,
    mate.mates,
    person_compared.pair_keys
from record
inner join person_compared on record.record_id = person_compared.record_id
left join (select distinct name, reading, sorted_characters from {{ ref('person_name') }}) as person_name
    on record.name = person_name.name
left join name_bearer on record.name = name_bearer.name
cross join rarest_name
left join mate on record.record_id = mate.record_id
