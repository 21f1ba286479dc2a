-- Grain: one row per as_of_date, resident of a grid and item that an open discrepancy puts in doubt (存疑居民).
-- Where the resident's own valid number or a visit to their home settles it, nobody is asked. A table:
-- of the list and of the guide each would else look for these few among all residents.
with doubted as (
    select
        knowledge.as_of_date,
        knowledge.grid_code,
        coalesce(knowledge.address_code, 'unknown') as address_code,
        doubted_item.subject_key as person_key,
        doubted_item.item,
        rule.ask_disputed = 1
        and case doubted_item.item
            {% for item in resident_items() %}
            when '{{ item }}' then knowledge.{{ item }}_state
            {% endfor %}
        end = 'known'
        and not case doubted_item.settled_by
            when 'number' then knowledge.identity_number_state = 'known'
            when 'visit' then coalesce(knowledge.home_basis = 'community.household_visits', false)
            else false
        end as is_to_be_asked
    from {{ ref('doubted_item') }} as doubted_item
    inner join {{ ref('resident_knowledge') }} as knowledge on doubted_item.subject_key = knowledge.person_key
    inner join {{ ref('collected_attribute') }} as rule on doubted_item.item = rule.attribute
    where doubted_item.item <> 'occupancy'
)

select
    as_of_date,
    grid_code,
    address_code,
    person_key,
    item,
    max(case when is_to_be_asked then 1 else 0 end) = 1 as is_to_be_asked
from doubted
group by as_of_date, grid_code, address_code, person_key, item
