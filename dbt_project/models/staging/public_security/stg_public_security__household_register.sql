-- Grain: one row per delivered row of the current file, a registered person (户籍人口).
{{ config(materialized='compared') }}

with

numbered as (

    {{ numbered_copies(source('public_security', 'household_register')) }}

),

renamed as (

    select
        {{ provenance_columns('public_security.household_register') }},

        {{ clean_identity_number('identity_number') }} as identity_number,
        {{ clean_name('name') }} as name,
        {{ parse_sex('sex') }} as sex,
        {{ clean_code('ethnicity') }} as ethnicity,
        {{ parse_date('birth_date') }} as birth_date,
        {{ clean_code('household_number') }} as household_number,
        {{ clean_code('relation_to_head') }} as relation_to_head,
        {{ trimmed('registered_address') }} as registered_address,
        {{ clean_code('marital_status') }} as marital_status,
        {{ clean_code('education') }} as education,
        {{ clean_text('registration_status') }} as registration_status,
        {{ parse_date('updated_on') }} as updated_on
    from numbered

)

select * from renamed
