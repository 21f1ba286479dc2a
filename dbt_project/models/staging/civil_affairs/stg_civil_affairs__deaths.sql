-- Grain: one row per death (死亡), the last one delivered for its record key.
with

latest as (

    {{ latest_by_record_key(by_key(source('civil_affairs', 'deaths'), '_record_key')) }}

),

renamed as (

    select
        {{ provenance_columns('civil_affairs.deaths') }},

        {{ clean_name('name') }} as name,
        {{ parse_sex('sex') }} as sex,
        {{ clean_identity_number('identity_number') }} as identity_number,
        {{ parse_date('died_on') }} as died_on,
        {{ parse_date('cremated_on') }} as cremated_on,
        {{ trimmed('registered_address') }} as registered_address
    from latest

)

select * from renamed
