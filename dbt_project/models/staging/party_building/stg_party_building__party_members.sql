-- Grain: one row per delivered row of the current file, a party member (党员).
{{ config(materialized='compared') }}

with

numbered as (

    {{ numbered_copies(source('party_building', 'party_members')) }}

),

renamed as (

    select
        {{ provenance_columns('party_building.party_members') }},

        {{ clean_name('name') }} as name,
        {{ clean_identity_number('identity_number') }} as identity_number,
        {{ parse_sex('sex') }} as sex,
        {{ parse_date('birth_date') }} as birth_date,
        {{ clean_text('party_branch') }} as party_branch,
        {{ parse_date('joined_on') }} as joined_on,
        {{ clean_text('member_category') }} as member_category,
        {{ trimmed('address') }} as address,
        {{ clean_phone('phone') }} as phone
    from numbered

)

select * from renamed
