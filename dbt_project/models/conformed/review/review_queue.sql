-- Grain: one row per undecided case and other side to look at (复核队列), the worthiest first by `worth`.
with

review_pair as (
    select * from {{ ref('review_pair') }}
),

wanted as (
    select record_id from review_pair
    union
    select other_id as record_id from review_pair
),

statement as (
    select
        person_statement.record_id,
        min(person_statement.evidence_key) as evidence_key,
        count(*) as row_count,
        max(case when person_statement.lives_here then 1 else 0 end) as says_residence
    from {{ ref('person_statement') }} as person_statement
    inner join wanted on person_statement.record_id = wanted.record_id
    group by person_statement.record_id
),

stood as (
    select
        person_statement.evidence_key,
        person_statement.role,
        source_record.extract,
        source_record.record_key,
        source_record.version,
        source_record.source_file,
        source_record.source_row
    from statement
    inner join {{ ref('person_statement') }} as person_statement
        on statement.evidence_key = person_statement.evidence_key
    inner join {{ ref('source_record') }} as source_record on person_statement.row_key = source_record.row_key
)

select
    md5(cast(own.evidence_key as varchar) || ' ' || cast(other.evidence_key as varchar)) as case_key,
    case when review_pair.standing = 'open' then 'person_open' else 'person_near' end as kind,
    {% for side, prefix in [('own', ''), ('other', 'other_')] %}
    {% for column in ['extract', 'role', 'record_key', 'version', 'source_file', 'source_row'] %}
    {{ side }}.{{ column }} as {{ prefix ~ column }},
    {% endfor %}
    {% endfor %}
    cast(null as varchar) as address_code,
    cast(null as varchar) as other_address_code,
    cast(review_pair.match_weight as double) as match_weight,
    review_pair.evidence_for,
    review_pair.evidence_against,
    statement.row_count,
    -- How many rows wait, more where they say who lives where, less the further the case is from being decided.
    cast(
        statement.row_count
        * case when statement.says_residence = 1 then {{ review_rule('residence_worth') }} else 1 end
        / (
            1 + case
                when review_pair.standing = 'open' then 0
                else greatest({{ rule('link_weight') }} - review_pair.match_weight, 0)
            end
        ) as double
    ) as worth
from review_pair
inner join statement on review_pair.record_id = statement.record_id
inner join statement as other_statement on review_pair.other_id = other_statement.record_id
inner join stood as own on statement.evidence_key = own.evidence_key
inner join stood as other on other_statement.evidence_key = other.evidence_key

union all

select * from {{ ref('review_address') }}
