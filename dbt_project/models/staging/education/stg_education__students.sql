-- Grain: one row per delivered row of the current file, a student (学生).
{{ config(materialized='compared') }}

with

numbered as (

    {{ numbered_copies(source('education', 'students')) }}

),

renamed as (

    select
        {{ provenance_columns('education.students') }},

        {{ clean_code('student_number') }} as student_number,
        {{ identity_number_in_student_number('student_number') }} as identity_number,
        {{ clean_name('name') }} as name,
        {{ parse_sex('sex') }} as sex,
        {{ parse_date('birth_date') }} as birth_date,
        {{ clean_text('school') }} as school,
        {{ clean_text('grade') }} as grade,
        {{ trimmed('residence_address') }} as residence_address,
        {{ clean_phone('guardian_phone') }} as guardian_phone
    from numbered

)

select * from renamed
