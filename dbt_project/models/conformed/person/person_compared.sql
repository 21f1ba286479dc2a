-- Grain: one row per record that takes part in a comparison (参与比对的记录), with the keys of its pairs.
with

person_candidate as (
    select * from {{ ref('person_candidate') }}
),

pair_key as (
    select
        record_id,
        other_id,
        {{ row_key(['record_id', 'other_id']) }} as pair_key
    from person_candidate
),

side as (
    select
        record_id,
        pair_key
    from pair_key
    union all
    select
        other_id as record_id,
        pair_key
    from pair_key
)

select
    record_id,
    {{ distinct_list('pair_key') }} as pair_keys
from side
group by record_id
