-- Grain: one row per record that takes part in a comparison (参与比对的记录), with the keys of its pairs.
{{ config(materialized='by_change', key='record_id') }}

with

side as (
    select
        record_id,
        {{ row_key(['record_id', 'other_id']) }} as pair_key
    from {{ by_key(ref('person_candidate'), 'record_id') }}
    union all
    select
        other_id as record_id,
        {{ row_key(['record_id', 'other_id']) }} as pair_key
    from {{ by_key(ref('person_candidate'), 'other_id') }}
)

select
    record_id,
    {{ distinct_list('pair_key') }} as pair_keys
from side
group by record_id
