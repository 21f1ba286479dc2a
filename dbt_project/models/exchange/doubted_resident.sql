-- Grain: one row per as_of_date, resident of a grid and item that an open discrepancy puts in doubt (存疑居民).
-- A valid number of their own says who they are, and a home seen at the door is settled: of the others a visit asks.
{{ config(materialized='ephemeral') }}

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
    and not case
        when doubted_item.item = 'residence_address'
            then coalesce(knowledge.home_basis = 'community.household_visits', false)
        else knowledge.identity_number_state = 'known'
    end as is_to_be_asked
from {{ ref('doubted_item') }} as doubted_item
inner join {{ ref('resident_knowledge') }} as knowledge on doubted_item.subject_key = knowledge.person_key
inner join {{ ref('collected_attribute') }} as rule on doubted_item.item = rule.attribute
where doubted_item.item <> 'occupancy'
