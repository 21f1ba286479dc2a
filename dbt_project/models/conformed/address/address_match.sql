{{ config(materialized="by_change", key="text_key") }}

{#- Named where they are read, not once below: DuckDB copies what two places share. #}
{% set candidates %}
(

        select text_key, address_code, name_agreement, tail_agreement
        from {{ by_key(ref('address_candidate'), 'text_key') }}
        union all
        select text_key, address_code, name_agreement, tail_agreement
        from {{ by_key(ref('address_candidate_loose'), 'text_key') }}

    ) as candidates
{%- endset %}

with

address_methods as (

    select * from {{ ref('address_methods') }}

),

-- Nearly every text has one candidate: only of the others need the best be found.
several as (

    select text_key
    from {{ candidates }}
    group by text_key
    having count(*) > 1

),

ranked as (

    select
        candidates.*,
        min(candidates.address_code) over (partition by candidates.text_key) as first_address_code,
        max(candidates.address_code) over (partition by candidates.text_key) as last_address_code,
        row_number() over (
            partition by candidates.text_key
            order by names.confidence * tails.confidence desc nulls last, candidates.address_code asc nulls last
        ) as place
    from {{ candidates }}
    inner join several on candidates.text_key = several.text_key
    inner join address_methods as names on names.part = 'name' and candidates.name_agreement = names.method
    inner join address_methods as tails on tails.part = 'tail' and candidates.tail_agreement = tails.method

),

best as (

    select text_key, 1 as dwellings, address_code, null as other_address_code, name_agreement, tail_agreement
    from {{ candidates }}
    where not exists (select 1 from several where several.text_key = candidates.text_key)

    union all

    select
        text_key,
        case when first_address_code = last_address_code then 1 else 2 end as dwellings,
        address_code,
        case when address_code = first_address_code then last_address_code else first_address_code end
            as other_address_code,
        name_agreement,
        tail_agreement
    from ranked
    where place = 1

)

select
    best.text_key,
    best.dwellings = 1 and names.confidence * tails.confidence >= {{ address_rule('least_confidence') }} as is_decided,
    best.address_code,
    nullif(best.other_address_code, best.address_code) as other_address_code,
    names.method || '_name/' || tails.method as method,
    cast(names.confidence * tails.confidence as double) as confidence
from best
inner join address_methods as names on names.part = 'name' and best.name_agreement = names.method
inner join address_methods as tails on tails.part = 'tail' and best.tail_agreement = tails.method
