-- Grain: one row per person with a residence permit: where the permit says that the person is registered (户籍地区划).
with

residence_permits as (
    select * from {{ ref('stg_public_security__residence_permits') }}
),

person_link as (
    select * from {{ ref('person_link') }} where role = 'subject'
),

linked as (
    select
        person_link.person_key,
        residence_permits.registered_area_code,
        {{ days_before('residence_permits.updated_at') }} as age
    from residence_permits
    inner join person_link
        on
            residence_permits.extract = person_link.extract
            and residence_permits.delivery_id = person_link.delivery_id
            and residence_permits.source_row = person_link.source_row
)

select
    person_key,
    {{ first_value_by('registered_area_code', 'age') }} as registered_area_code
from linked
group by person_key
