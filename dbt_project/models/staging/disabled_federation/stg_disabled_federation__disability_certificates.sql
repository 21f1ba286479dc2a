-- Grain: one row per delivered row of the current file, a disability certificate (残疾人证).
{{ config(materialized='compared') }}

with

numbered as (

    {{ numbered_copies(source('disabled_federation', 'disability_certificates')) }}

),

renamed as (

    select
        {{ provenance_columns('disabled_federation.disability_certificates') }},

        {{ clean_code('certificate_number') }} as certificate_number,
        {{ identity_number_in_certificate('certificate_number') }} as identity_number,
        {{ clean_name('name') }} as name,
        {{ trimmed('address') }} as address,
        {{ clean_phone('phone') }} as phone,
        {{ parse_date('issued_on') }} as issued_on,
        {{ clean_text('status') }} as status
    from numbered

)

select * from renamed
