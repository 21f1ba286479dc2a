-- Grain: one row per residence and place that any row gives for the person (居住地候选): the row that stands first for it.
{{ config(materialized='view') }}

with

residence as (
    select
        person_key,
        {{ place_of('residence') }} as place
    from {{ ref('residence') }} as residence
    where valid_to is null
),

stated as (
    select
        residence_evidence.person_key,
        residence_evidence.extract,
        residence_evidence.delivery_id,
        residence_evidence.source_row,
        residence_evidence.observed_on,
        residence.place = {{ place_of('residence_evidence') }} as holds,
        row_number() over (
            partition by
                residence_evidence.person_key,
                {{ place_of('residence_evidence') }}
            order by
                residence_evidence.standing nulls last,
                residence_evidence.extract nulls last,
                residence_evidence.source_row nulls last
        ) as row_place
    from {{ ref('residence_evidence') }} as residence_evidence
    inner join residence on residence_evidence.person_key = residence.person_key
    where residence_evidence.lives_here
)

select
    stated.person_key,
    stated.extract,
    person_evidence.source_file,
    stated.source_row,
    attribute_column.column_name,
    stated.observed_on,
    stated.holds
from stated
inner join {{ ref('person_evidence') }} as person_evidence
    on
        stated.extract = person_evidence.extract
        and stated.delivery_id = person_evidence.delivery_id
        and stated.source_row = person_evidence.source_row
        and person_evidence.role = 'subject'
left join {{ ref('attribute_column') }} as attribute_column
    on
        stated.extract = attribute_column.extract
        and attribute_column.role = 'subject'
        and attribute_column.attribute = 'address'
where stated.row_place = 1
