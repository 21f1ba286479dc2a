-- Grain: one row per dwelling of which somebody who lives there is known to own or rent it (有产权或租约的住处).
{{ config(materialized='by_change', key='address_code') }}

with provider as (
    select person_key
    from {{ through(ref('tenancy'), 'person_key', 'person_key', ref('residence'), 'address_code') }}
    where is_current
    union all
    select person_key
    from {{ through(ref('person_coverage'), 'person_key', 'person_key', ref('residence'), 'address_code') }}
    where owns_home
)

select distinct residence.address_code
from {{ by_key(ref('residence'), 'address_code') }} as residence
inner join provider on residence.person_key = provider.person_key
where residence.valid_to is null and residence.address_code is not null
