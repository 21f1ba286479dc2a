-- Grain: one row per enterprise (record key: the credit code, or the row itself where the code cannot be read).
with enterprises as (
    select
        *,
        row_number() over (
            partition by record_key order by delivery_date desc nulls last, source_row desc nulls last
        ) as recency
    from {{ ref('stg_market_regulation__enterprises') }}
)

select
    enterprises.record_key as enterprise_key,
    enterprises.credit_code,
    enterprises.enterprise_name,
    enterprises.industry_code,
    -- The letter of GB/T 4754 stands before the digits ("F52"); a code without it has no section.
    case
        when {{ text_matches('enterprises.industry_code', '^[A-T]') }} then substr(enterprises.industry_code, 1, 1)
    end as industry_section,
    enterprises.established_on,
    enterprises.registration_status,
    coalesce(meaning.meaning, 'other') as status_meaning,
    enterprises.employees,
    dwelling_of_row.address_code,
    dwelling.grid_code,
    person_of_statement.person_key as legal_representative_person_key,
    enterprises.extract,
    enterprises.delivery_id,
    enterprises.source_file,
    enterprises.source_row
from enterprises
left join {{ ref('dwelling_of_row') }} as dwelling_of_row
    on
        enterprises.row_key = dwelling_of_row.evidence_key
        and dwelling_of_row.extract = 'market_regulation.enterprises'
left join {{ ref('dwelling') }} as dwelling on dwelling_of_row.address_code = dwelling.address_code
left join {{ ref('person_of_statement') }} as person_of_statement
    on
        enterprises.row_key = person_of_statement.row_key
        and person_of_statement.extract = 'market_regulation.enterprises'
        and person_of_statement.role = 'legal_representative'
left join {{ ref('category_meaning') }} as meaning
    on enterprises.registration_status = meaning.code and meaning.code_set = 'enterprise_status'
where enterprises.recency = 1
