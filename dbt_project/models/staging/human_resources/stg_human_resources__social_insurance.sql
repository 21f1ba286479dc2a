-- Grain: one row per delivered row of the current file, an insured person and account (参保人员).
{{ config(materialized='compared') }}

with

numbered as (

    {{ numbered_copies(source('human_resources', 'social_insurance')) }}

),

renamed as (

    select
        {{ provenance_columns('human_resources.social_insurance') }},

        {{ clean_code('insured_number') }} as insured_number,
        {{ clean_identity_number('identity_number') }} as identity_number,
        {{ clean_name('name') }} as name,
        {{ parse_sex('sex') }} as sex,
        {{ parse_date('birth_date') }} as birth_date,
        {{ clean_text('employer_name') }} as employer_name,
        {{ clean_text('insurance_kind') }} as insurance_kind,
        {{ clean_text('insurance_status') }} as insurance_status,
        {{ parse_number('contribution_base') }} as contribution_base,
        {{ parse_number('monthly_benefit') }} as monthly_benefit,
        {{ clean_phone('phone') }} as phone
    from numbered

)

select * from renamed
