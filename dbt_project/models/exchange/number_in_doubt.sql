-- Grain: one row per statement with a number that is not known to be the person's own (存疑证件号码): a valid one that the
-- row does not show to be theirs, or one that fails its check or cannot be read. A masked one was hidden on purpose.
-- A table: whoever looks for numbers that are somebody else's, or wrong, need not read every statement again.
with

stated as (
    select
        evidence_key,
        identity_number,
        spoilt_number,
        sex_differs,
        coalesce(birth_relation, '') = 'differs' as birth_differs
    from {{ ref('person_statement') }}
    where (not owns_number and identity_number is not null) or spoilt_number not like '%*%'
)

select
    stated.*,
    person_of_statement.person_key,
    own_number.identity_number as own_number,
    own_number.number_evidence_key as own_key
from stated
inner join {{ ref('person_of_statement') }} as person_of_statement
    on stated.evidence_key = person_of_statement.evidence_key
left join {{ ref('person_value_range') }} as own_number on person_of_statement.person_key = own_number.person_key
