-- conformed.person shows the values of person_attribute, unless two values stand alike (same precedence, same day).
with

shown as (
    {% for attribute in ['identity_number', 'name', 'sex', 'birth_date', 'phone'] %}
    {{ 'union all' if not loop.first }}
    select
        person_key,
        '{{ attribute }}' as attribute,
        cast({{ attribute }} as varchar) as value_text
    from {{ ref('person') }}
    where {{ attribute }} is not null
    {% endfor %}
),

chosen as (
    select
        person_attribute.person_key,
        person_attribute.attribute,
        person_attribute.value_text,
        min(floor(person_attribute_value.standing / 10000000)) as standing
    from {{ ref('person_attribute') }} as person_attribute
    inner join {{ ref('person_attribute_value') }} as person_attribute_value
        on
            person_attribute.person_key = person_attribute_value.person_key
            and person_attribute.attribute = person_attribute_value.attribute
    where person_attribute.attribute in ('identity_number', 'name', 'sex', 'birth_date', 'phone')
    group by person_attribute.person_key, person_attribute.attribute, person_attribute.value_text
)

select
    coalesce(shown.person_key, chosen.person_key) as person_key,
    coalesce(shown.attribute, chosen.attribute) as attribute
from shown
full outer join chosen on shown.person_key = chosen.person_key and shown.attribute = chosen.attribute
left join {{ ref('person_attribute_value') }} as own
    on
        shown.person_key = own.person_key
        and shown.attribute = own.attribute
        and shown.value_text = own.value_text
where
    coalesce(shown.value_text, '') <> coalesce(chosen.value_text, '')
    and coalesce(floor(own.standing / 10000000) <> chosen.standing, true)
