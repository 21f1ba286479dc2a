-- Grain: one row per distinct identity number text (证件号码).
{{ config(materialized='by_change', key='identity_number_text') }}

with

person_evidence as (
    select * from {{ by_key(ref('person_evidence'), 'identity_number_text') }}
),

texts as (
    select distinct identity_number_text from person_evidence where identity_number_text is not null
),

judged as (
    select
        identity_number_text,
        {{ identity_number_status('identity_number_text') }} as status
    from texts
),

numbered as (
    select
        identity_number_text,
        status,
        {{ identity_number_18('identity_number_text', 'status') }} as identity_number
    from judged
)

select
    identity_number_text,
    status,
    identity_number,
    case when identity_number is not null then {{ text_key(['identity_number']) }} end as record_id,
    {{ identity_birth_date('identity_number') }} as birth_date,
    {{ identity_sex('identity_number') }} as sex
from numbered
