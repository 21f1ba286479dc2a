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
        ['identity_number_text', 'name_text', 'sex', 'birth_date', 'phone', 'observed_on'] %}
    {{ side }}.{{ column }} as {{ side }}_{{ column }},
    {% endfor %}
    {{ side }}_place.address_code as {{ side }}_address_code,
    {% endfor %}
    coalesce(first_dwelling.standard_address, own_dwelling.standard_address) as own_standard_address,
    coalesce(second_dwelling.standard_address, other_dwelling.standard_address) as other_standard_address
from {{ ref('review_queue') }} as review_queue
left join {{ ref('source_record') }} as own_record
    on
        review_queue.extract = own_record.extract
        and review_queue.source_file = own_record.source_file
        and review_queue.source_row = own_record.source_row
        and review_queue.version = own_record.version
left join {{ ref('person_evidence') }} as own
    on own_record.row_key = own.row_key and review_queue.role = own.role
left join {{ ref('source_record') }} as other_record
    on
        review_queue.other_extract = other_record.extract
        and review_queue.other_source_file = other_record.source_file
        and review_queue.other_source_row = other_record.source_row
        and review_queue.other_version = other_record.version
left join {{ ref('person_evidence') }} as other
    on other_record.row_key = other.row_key and review_queue.other_role = other.role
left join {{ ref('dwelling_of_row') }} as own_place on own.row_key = own_place.evidence_key
left join {{ ref('dwelling_of_row') }} as other_place on other.row_key = other_place.evidence_key
left join {{ ref('dwelling') }} as own_dwelling on own_place.address_code = own_dwelling.address_code
left join {{ ref('dwelling') }} as other_dwelling on other_place.address_code = other_dwelling.address_code
left join {{ ref('dwelling') }} as first_dwelling on review_queue.address_code = first_dwelling.address_code
left join {{ ref('dwelling') }} as second_dwelling on review_queue.other_address_code = second_dwelling.address_code
