{{ config(materialized="by_change", key="text_key") }}

with

placed as (

    select * from {{ ref('address_unmatched') }}

),

dwelling_register as (

    select * from {{ ref('dwelling_register') }}

),

address_building_alias as (

    select * from {{ ref('address_building_alias') }}

),

by_room as (

    select
        placed.text_key,
        register.address_code,
        placed.name_agreement,
        placed.score,
        case
            when
                placed.unit_number in (register.unit_number, '', '?')
                and alias.building_number = register.building_number
                then 'learned_building'
            when
                placed.building_number = register.building_number
                and placed.unit_number = register.unit_number
                then 'room_base'
            when
                placed.building_number = register.building_number
                and (placed.unit_number in ('', '?') or register.unit_number = '')
                then 'unit_open'
            when
                (placed.building_number in ('', '?') or register.building_number = '')
                and (placed.unit_number in (register.unit_number, '', '?') or register.unit_number = '')
                then 'building_open'
        end as tail_agreement
    from placed
    inner join dwelling_register as register
        on placed.place_key = register.place_key and placed.room_base = register.room_number
    left join address_building_alias as alias
        on placed.place_key = alias.place_key and placed.building_number = alias.text_building
    where placed.room_base <> '' and placed.after_digits = ''

),

by_digits as (

    select
        placed.text_key,
        register.address_code,
        placed.name_agreement,
        placed.score,
        'digits' as tail_agreement
    from placed
    inner join dwelling_register as register
        on placed.place_key = register.place_key and placed.digits = register.tail_digits

)

select * from by_room where tail_agreement is not null
union all
select * from by_digits
