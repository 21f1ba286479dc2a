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
        residence_evidence.evidence_key,
        residence_evidence.observed_on,
        residence.place = {{ place_of('residence_evidence') }} as holds,
        row_number() over (
            partition by
                residence_evidence.person_key,
                {{ place_of('residence_evidence') }}
            order by
                residence_evidence.standing nulls last,
                residence_evidence.extract nulls last,
                residence_evidence.evidence_key nulls last
        ) as row_place
    from {{ ref('residence_evidence') }} as residence_evidence
    inner join residence on residence_evidence.person_key = residence.person_key
    where residence_evidence.lives_here
)

select
    stated.person_key,
    stated.extract,
    source_record.source_file,
    source_record.source_row,
    attribute_column.column_name,
    stated.observed_on,
    stated.holds
from stated
inner join {{ ref('source_record') }} as source_record on stated.evidence_key = source_record.row_key
left join {{ ref('attribute_column') }} as attribute_column
    on
        stated.extract = attribute_column.extract
        and attribute_column.role = 'subject'
        and attribute_column.attribute = 'address'
where stated.row_place = 1
