-- Grain: one row per decision of a person (人工判定), from the repository and from the data folder.
with

stated as (
    select {{ decision_columns() | join(', ') }} from {{ ref('decisions') }}
    union all
    select {{ decision_columns() | join(', ') }} from {{ ref('state_decision') }}
)

select
    md5(
        decision || ' ' || extract || ' ' || record_key || ' ' || coalesce(other_extract, '') || ' '
        || coalesce(other_record_key, '') || ' ' || coalesce(address_code, '')
    ) as decision_key,
    decision,
    split_part(extract, '#', 1) as extract,
    coalesce(nullif(split_part(extract, '#', 2), ''), {{ first_role("split_part(extract, '#', 1)") }}) as role,
    record_key,
    nullif(split_part(other_extract, '#', 1), '') as other_extract,
    case
        when other_extract <> '' then coalesce(
            nullif(split_part(other_extract, '#', 2), ''), {{ first_role("split_part(other_extract, '#', 1)") }}
        )
    end as other_role,
    nullif(other_record_key, '') as other_record_key,
    nullif(address_code, '') as address_code,
    max(decided_by) as decided_by,
    max(decided_on) as decided_on,
    max(reason) as reason
from stated
group by decision, extract, record_key, other_extract, other_record_key, address_code
