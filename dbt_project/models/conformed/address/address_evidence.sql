with

address_written as (

    select * from {{ ref('address_written') }}

)

select
    evidence_key,
    extract,
    meaning,
    case when address_text is not null then {{ text_key(['address_text']) }} end as text_key,
    address_code,
    grid_code
from address_written
