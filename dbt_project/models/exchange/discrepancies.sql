-- Grain: one row per kind, delivered row, role and column in which departments disagree (数据差异). A view:
-- where both sides stand only who issues correction orders asks, and those of a day need not wait for it.
{{ config(materialized='view') }}

with

located as (
    select * from {{ ref('located_discrepancy') }}
),

value_precedence as (
    select * from {{ ref('value_precedence') }}
),

judged as (
    select
        located.*,
        discrepancy_kind.severity,
        case
            when discrepancy_kind.at_fault = 'row' then located.extract
            when located.evidence_attribute = 'identity_number' then located.extract
            when coalesce(other_rank.precedence, 50) < coalesce(own_rank.precedence, 50) then located.extract
            when coalesce(other_rank.precedence, 50) > coalesce(own_rank.precedence, 50) then located.evidence_extract
            else 'unclear'
        end as likely_at_fault
    from located
    inner join {{ ref('discrepancy_kind') }} as discrepancy_kind on located.kind = discrepancy_kind.kind
    left join value_precedence as own_rank
        on located.extract = own_rank.extract and located.attribute = own_rank.attribute
    left join value_precedence as other_rank
        on located.evidence_extract = other_rank.extract and located.evidence_attribute = other_rank.attribute
)

select
    kind,
    extract,
    role,
    record_key,
    version,
    delivery_id,
    source_file,
    source_row,
    column_name,
    person_key,
    address_code,
    (select max(as_of_date) from {{ ref('as_of') }}) as detected_on,
    min(likely_at_fault) as likely_at_fault,
    severity,
    {{ reference_list('evidence_extract', 'evidence_file', 'evidence_row', 'evidence_column') }} as evidence
from judged
group by
    kind, extract, role, record_key, version, delivery_id, source_file, source_row, column_name,
    person_key, address_code, severity
