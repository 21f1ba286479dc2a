-- Grain: one row per person and attribute (人员属性): the value that stands, where it stood, and what it beat.
{{ config(materialized='view') }}

with

person_attribute_value as (
    select * from {{ ref('person_attribute_value') }}
),

person_statement as (
    select * from {{ ref('person_statement') }}
),

source_record as (
    select * from {{ ref('source_record') }}
),

attribute_column as (
    select * from {{ ref('attribute_column') }}
),

chosen as (
    select * from {{ ref('person_attribute_chosen') }}
),

beaten as (
    select
        chosen.person_key,
        chosen.attribute,
        min(other.standing) as standing,
        sum(other.row_count) as row_count,
        {{ reference_list(
            'source_record.extract', 'source_record.source_file', 'source_record.source_row', 'attribute_column.column_name'
        ) }} as beaten
    from chosen
    inner join person_attribute_value as other
        on
            chosen.person_key = other.person_key
            and chosen.attribute = other.attribute
            and chosen.value_text <> other.value_text
    inner join person_statement on other.evidence_key = person_statement.evidence_key
    inner join source_record on person_statement.row_key = source_record.row_key
    left join attribute_column
        on
            person_statement.extract = attribute_column.extract and person_statement.role = attribute_column.role
            and attribute_column.attribute = case when other.from_number then 'identity_number' else other.attribute end
    where chosen.is_contested
    group by chosen.person_key, chosen.attribute
)

select
    chosen.person_key,
    chosen.attribute,
    chosen.value_text,
    chosen.evidence_key,
    source_record.extract,
    source_record.source_file,
    source_record.source_row,
    attribute_column.column_name,
    person_statement.observed_on,
    case
        when chosen.from_number then 'identity_number'
        when beaten.standing is null then 'only_value'
        when {{ rank_of_standing('chosen.standing') }} < {{ rank_of_standing('beaten.standing') }} then 'precedence'
        else 'latest'
    end as rule,
    cast(chosen.row_count - coalesce(beaten.row_count, 0) as bigint) as agreeing_rows,
    cast(coalesce(beaten.row_count, 0) as bigint) as beaten_rows,
    beaten.beaten
from chosen
inner join person_statement on chosen.evidence_key = person_statement.evidence_key
inner join source_record on person_statement.row_key = source_record.row_key
left join attribute_column
    on
        person_statement.extract = attribute_column.extract
        and person_statement.role = attribute_column.role
        and attribute_column.attribute = case when chosen.from_number then 'identity_number' else chosen.attribute end
left join beaten on chosen.person_key = beaten.person_key and chosen.attribute = beaten.attribute
