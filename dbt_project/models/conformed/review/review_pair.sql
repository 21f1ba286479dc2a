-- Grain: one row per undecided record and other record that it may be one person with (待核人员对), the likeliest first.
with

person_cluster as (
    select * from {{ ref('person_cluster') }} where standing in ('open', 'alone')
),

-- What speaks for and against is put into words at the end, of the few pairs that are left.
pair as (
    {% for one, other in [('record_id', 'other_id'), ('other_id', 'record_id')] %}
    {{ 'union all' if not loop.first }}
    select
        {{ one }} as record_id,
        {{ other }} as other_id,
        {% for comparison in pair_comparisons() %}
        {{ comparison }}_weight,
        {% endfor %}
        match_weight
    from {{ ref('person_pair') }}
    where match_weight >= {{ rule('link_weight') }} - {{ review_rule('near_miss_bits') }}
    {% endfor %}
),

set_apart as (
    select record_id, other_id from {{ ref('decision_pair') }} where decision = 'not_same'
    union
    select other_id as record_id, record_id as other_id from {{ ref('decision_pair') }} where decision = 'not_same'
),

ranked as (
    select
        pair.*,
        person_cluster.standing,
        row_number() over (
            partition by pair.record_id order by pair.match_weight desc nulls last, pair.other_id nulls last
        ) as place
    from pair
    inner join person_cluster on pair.record_id = person_cluster.record_id
    inner join (select record_id from {{ ref('person_mention') }}) as mention on pair.record_id = mention.record_id
    left join set_apart on pair.record_id = set_apart.record_id and pair.other_id = set_apart.other_id
    left join person_cluster as other_cluster on pair.other_id = other_cluster.record_id
    -- Of two undecided records that look alike only one case is made.
    where set_apart.record_id is null and (other_cluster.record_id is null or pair.record_id < pair.other_id)
)

select
    record_id,
    other_id,
    standing,
    place,
    match_weight,
    {{ bits_text('>') }} as evidence_for,
    {{ bits_text('<') }} as evidence_against
from ranked
where place <= {{ review_rule('most_candidates') }}
