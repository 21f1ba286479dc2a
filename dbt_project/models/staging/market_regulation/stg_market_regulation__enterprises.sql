-- Grain: one row per delivered row of the current file, a registered enterprise (市场主体).
{{ config(materialized='compared') }}

with

numbered as (

    {{ numbered_copies(source('market_regulation', 'enterprises')) }}

),

renamed as (

    select
        {{ provenance_columns('market_regulation.enterprises') }},

        {{ clean_code('credit_code') }} as credit_code,
        {{ clean_text('enterprise_name') }} as enterprise_name,
        {{ clean_name('legal_representative_name') }} as legal_representative_name,
        {{ clean_identity_number('legal_representative_identity_number') }} as legal_representative_identity_number,
        {{ clean_code('industry_code') }} as industry_code,
        {{ trimmed('premises_address') }} as premises_address,
        {{ parse_date('established_on') }} as established_on,
        {{ clean_text('registration_status') }} as registration_status,
        {{ parse_number('employees', 'integer') }} as employees
    from numbered

)

select * from renamed
