{{ config(materialized="by_change", key="hint") }}

with

address_telling_hint as (

    select * from {{ by_key(ref('address_telling_hint'), 'hint') }} where has_open_row

)

select distinct
    open_rows.hint,
    open_rows.evidence_key,
    open_rows.kind,
    others.address_code
from address_telling_hint as open_rows
inner join address_telling_hint as others on open_rows.hint = others.hint
where open_rows.address_code is null and others.address_code is not null
