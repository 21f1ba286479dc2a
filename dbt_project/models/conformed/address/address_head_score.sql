{{ config(materialized="by_change", key="head") }}

with

address_head_agreement as (

    select * from {{ ref('address_head_agreement') }}

),

address_weights as (

    select * from {{ ref('address_weights') }}

),

scored as (

    select
        address_head_agreement.*,
        {% for evidence in ['compound', 'road', 'number', 'community', 'street'] %}
        {{ evidence }}_weight.weight{{ ' +' if not loop.last else ' as score' }}
        {% endfor %}
    from address_head_agreement
    {% for evidence in ['compound', 'road', 'number', 'community', 'street'] %}
    inner join address_weights as {{ evidence }}_weight
        on
            {{ evidence }}_weight.evidence = '{{ evidence }}'
            and address_head_agreement.{{ evidence }} = {{ evidence }}_weight.agreement
    {% endfor %}

),

ranked as (

    select
        *,
        max(score) over (partition by head) as best_score
    from scored

)

select
    head,
    place_key,
    after_digits,
    case
        when compound = 'other' then 'other'
        when compound = 'absent' then road
        -- What else the head says of the place bears out a mistaken character.
        when compound = 'alike' and ((road <> 'other' and number = 'same') or community <> 'absent') then 'near'
        else compound
    end as name_agreement,
    cast(score as double) as score
from ranked
where score >= {{ address_rule('least_score') }} and score > best_score - {{ address_rule('head_margin') }}
