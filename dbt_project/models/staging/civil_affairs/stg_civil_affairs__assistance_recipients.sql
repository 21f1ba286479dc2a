-- Grain: one row per delivered row of the current file, a recipient and category of assistance (救助对象).
{{ config(materialized='compared') }}

with

numbered as (

    {{ numbered_copies(source('civil_affairs', 'assistance_recipients')) }}

),

renamed as (

    select
        {{ provenance_columns('civil_affairs.assistance_recipients') }},

        {{ parse_number('sequence_number', 'integer') }} as sequence_number,
        {{ clean_name('name') }} as name,
        {{ clean_identity_number('identity_number') }} as identity_number,
        {{ parse_sex('sex') }} as sex,
        {{ clean_text('assistance_category') }} as assistance_category,
        {{ parse_number('household_size', 'integer') }} as household_size,
        {{ parse_number('monthly_amount') }} as monthly_amount,
        {{ trimmed('address') }} as address,
        {{ clean_phone('phone') }} as phone,
        {{ parse_date('start_month') }} as start_month
    from numbered

)

select * from renamed
