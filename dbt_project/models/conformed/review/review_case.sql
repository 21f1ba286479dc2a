-- Grain: one row per case of the review queue (待核案例): both rows side by side. It never leaves the warehouse.
{{ config(materialized='view') }}

select
    review_queue.case_key,
    review_queue.kind,
    review_queue.worth,
    review_queue.evidence_for,
    review_queue.evidence_against,
    {% for side in ['own', 'other'] %}
    {% for column in
        ['identity_number_text', 'name_text', 'sex', 'birth_date', 'phone', 'address_code', 'observed_on'] %}
    {{ side }}.{{ column }} as {{ side }}_{{ column }},
    {% endfor %}
    {% endfor %}
    coalesce(first_dwelling.standard_address, own_dwelling.standard_address) as own_standard_address,
    coalesce(second_dwelling.standard_address, other_dwelling.standard_address) as other_standard_address
from {{ ref('review_queue') }} as review_queue
left join {{ ref('person_evidence') }} as own
    on
        review_queue.extract = own.extract
        and review_queue.role = own.role
        and review_queue.source_file = own.source_file
        and review_queue.source_row = own.source_row
        and review_queue.version = own.version
left join {{ ref('person_evidence') }} as other
    on
        review_queue.other_extract = other.extract
        and review_queue.other_role = other.role
        and review_queue.other_source_file = other.source_file
        and review_queue.other_source_row = other.source_row
        and review_queue.other_version = other.version
left join {{ ref('dwelling') }} as own_dwelling on own.address_code = own_dwelling.address_code
left join {{ ref('dwelling') }} as other_dwelling on other.address_code = other_dwelling.address_code
left join {{ ref('dwelling') }} as first_dwelling on review_queue.address_code = first_dwelling.address_code
left join {{ ref('dwelling') }} as second_dwelling on review_queue.other_address_code = second_dwelling.address_code
