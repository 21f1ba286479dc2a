-- Grain: one row per grid code of an earlier address register and grid in which dwellings of it lie now (网格沿革).
{% set register = contracts() | selectattr('id', 'equalto', 'grid_office.standard_addresses') | first %}
{% set earlier = learnt_of(register)[:-1] | map(attribute='path') | list %}
with

dwelling as (
    select * from {{ ref('dwelling_register') }}
),

earlier as (
    {% if earlier %}
    select
        {{ clean_code('address_code') }} as address_code,
        {{ clean_code('grid_code') }} as grid_code,
        _delivery_date as delivery_date
    from ({{ read_accepted(earlier) }}) as past
    {% else %}
    select
        address_code,
        grid_code,
        cast(null as date) as delivery_date
    from dwelling
    where false
    {% endif %}
)

select
    earlier.grid_code as earlier_grid_code,
    dwelling.grid_code,
    count(distinct earlier.address_code) as dwellings,
    max(earlier.delivery_date) as last_told_on
from earlier
inner join dwelling on earlier.address_code = dwelling.address_code
where earlier.grid_code <> dwelling.grid_code
group by earlier.grid_code, dwelling.grid_code
