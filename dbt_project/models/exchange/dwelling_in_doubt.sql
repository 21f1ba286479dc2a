-- Grain: one row per dwelling whose last visit, residents and tenancies may contradict each other (存疑房屋).
{{ config(materialized='ephemeral') }}

select
    dwelling_state.*,
    last_visit.row_key as visit_key
from {{ ref('dwelling_state') }} as dwelling_state
inner join (select max(as_of_date) as as_of_date from {{ ref('as_of') }}) as as_of
    on dwelling_state.as_of_date = as_of.as_of_date
left join {{ ref('last_visit') }} as last_visit on dwelling_state.address_code = last_visit.address_code
where
    (dwelling_state.house_status_meaning = 'vacant' and dwelling_state.residents > 0)
    or (dwelling_state.house_status_meaning = 'let' and dwelling_state.tenancies = 0)
    or dwelling_state.is_suspected_group_letting
