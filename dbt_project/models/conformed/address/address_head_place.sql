{{ config(materialized="by_change", key="head") }}

with

address_head as (

    select * from {{ by_key(ref('address_head'), 'head') }}

),

address_place as (

    select * from {{ ref('address_place') }}

),

fragment_names as (

    select * from {{ dictionary(ref('address_fragment_name')) }}
    union all
    select *
    from {{ through(ref('address_fragment_near'), 'fragment', 'lead, compound_fragment', ref('address_head')) }}
    union all
    select *
    from {{ through(ref('address_fragment_within'), 'fragment', 'lead, compound_fragment', ref('address_head')) }}

),

candidates as (

    select
        address_head.head,
        address_place.place_key,
        fragment_names.agreement as compound_found,
        cast(null as varchar) as road_found,
        fragment_names.after_digits
    from address_head
    inner join fragment_names
        on address_head.compound_fragment = fragment_names.fragment and fragment_names.kind = 'compound'
    inner join address_place on fragment_names.name = address_place.compound_name

    union all

    -- 长竹里8拣: what looks like a number on a road may belong to the building.
    select
        fragment_names.fragment as head,
        address_place.place_key,
        fragment_names.agreement as compound_found,
        cast(null as varchar) as road_found,
        fragment_names.after_digits
    from {{ through(ref('address_fragment_within'), 'fragment', 'head', ref('address_head')) }} as fragment_names
    inner join address_head on fragment_names.fragment = address_head.head and fragment_names.kind = 'compound'
    inner join address_place on fragment_names.name = address_place.compound_name

    union all

    select
        address_head.head,
        address_place.place_key,
        cast(null as varchar) as compound_found,
        fragment_names.agreement as road_found,
        case
            when address_place.compound_name = '' then {{ spoken_digits('address_head.block') }} else ''
        end as after_digits
    from address_head
    inner join fragment_names on address_head.lead = fragment_names.fragment and fragment_names.kind = 'road'
    inner join address_place
        on fragment_names.name = address_place.road_name and address_head.house_number = address_place.house_number

)

select
    head,
    place_key,
    {{ best_agreement('compound_found') }} as compound_found,
    {{ best_agreement('road_found') }} as road_found,
    max(after_digits) as after_digits
from candidates
group by head, place_key
