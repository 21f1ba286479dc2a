-- Grain: one row per undecided address text for which several dwellings stand (待核地址), with one row that bears it.
with

undecided as (
    select
        address_evidence.text_key,
        address_written.address_text,
        source_record.extract,
        source_record.record_key,
        source_record.version,
        source_record.source_file,
        source_record.source_row,
        case when address_evidence.meaning = 'residence' then {{ review_rule('residence_worth') }} else 1 end as worth,
        row_number() over (
            partition by address_evidence.text_key
            order by
                source_record.extract nulls last,
                source_record.source_file nulls last,
                source_record.source_row nulls last
        ) as place
    from {{ ref('dwelling_of_row') }} as dwelling_of_row
    inner join {{ ref('address_evidence') }} as address_evidence
        on dwelling_of_row.evidence_key = address_evidence.evidence_key
    inner join {{ ref('address_written') }} as address_written
        on dwelling_of_row.evidence_key = address_written.evidence_key
    inner join {{ ref('source_record') }} as source_record on dwelling_of_row.evidence_key = source_record.row_key
    where dwelling_of_row.address_code is null and address_evidence.meaning <> 'incident'
),

waiting as (
    select
        text_key,
        count(*) as row_count,
        sum(worth) as worth
    from undecided
    group by text_key
),

candidate as (
    select
        address_evidence.text_key,
        count(distinct address_row_candidate.address_code) as dwellings,
        min(address_row_candidate.address_code) as address_code,
        max(address_row_candidate.address_code) as other_address_code
    from {{ ref('address_row_candidate') }} as address_row_candidate
    inner join {{ ref('address_evidence') }} as address_evidence
        on address_row_candidate.evidence_key = address_evidence.evidence_key
    group by address_evidence.text_key
    having count(distinct address_row_candidate.address_code) > 1
)

select
    md5(undecided.address_text) as case_key,
    'address_two' as kind,
    undecided.extract,
    'subject' as role,
    undecided.record_key,
    undecided.version,
    undecided.source_file,
    undecided.source_row,
    {% for column in ['extract', 'role', 'record_key', 'version', 'source_file'] %}
    cast(null as varchar) as other_{{ column }},
    {% endfor %}
    cast(null as bigint) as other_source_row,
    candidate.address_code,
    candidate.other_address_code,
    cast(null as double) as match_weight,
    cast(null as varchar) as evidence_for,
    cast(null as varchar) as evidence_against,
    waiting.row_count,
    -- A text that may mean ten dwellings is harder to decide than one that may mean two.
    cast(waiting.worth / (candidate.dwellings - 1) as double) as worth
from candidate
inner join waiting on candidate.text_key = waiting.text_key
inner join undecided on candidate.text_key = undecided.text_key and undecided.place = 1
