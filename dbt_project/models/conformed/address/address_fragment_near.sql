{{ config(materialized="by_change", key="fragment") }}

with

address_name as (

    select kind, name, name as spelling from {{ ref('address_name') }}
    where length(name) >= {{ address_rule('near_length') }}

    union all

    select kind, name, alias as spelling from {{ ref('address_alias') }}
    where length(alias) >= {{ address_rule('near_length') }}

),

fragments as (

    select lead as fragment from {{ by_key(ref('address_head_unnamed'), 'lead') }} where lead <> ''
    union
    select compound_fragment as fragment from {{ by_key(ref('address_head_unnamed'), 'compound_fragment') }}

),

lengths as (

    select distinct length(spelling) as name_length from address_name

),

-- A fragment's end of the name's length, one less (a character lost) or one more (one too many).
endings as (

    select distinct
        fragments.fragment,
        right(fragments.fragment, lengths.name_length + changed.characters) as ending
    from fragments
    cross join lengths
    cross join (
        select -1 as characters
        union all
        select 0
        union all
        select 1
    ) as changed
    where length(fragments.fragment) >= lengths.name_length + changed.characters

),

ending_keys as (

    select distinct
        fragment,
        ending,
        {{ name_without('ending', 'place') }} as name_key
    from (select *, {{ name_places('ending') }} as place from endings) as placed

),

keys_of_names as (

    select distinct
        kind,
        name,
        spelling,
        {{ name_without('spelling', 'place') }} as name_key
    from (select *, {{ name_places('spelling') }} as place from address_name) as placed

)

-- A character lost (near) is what people do; one mistaken or added (alike) may as well be another name.
select
    ending_keys.fragment,
    keys_of_names.kind,
    keys_of_names.name,
    case
        when min(length(ending_keys.ending) - length(keys_of_names.spelling)) < 0 then 'near' else 'alike'
    end as agreement,
    '' as after_digits
from ending_keys
inner join keys_of_names on ending_keys.name_key = keys_of_names.name_key
where abs(length(ending_keys.ending) - length(keys_of_names.spelling)) <= 1
group by ending_keys.fragment, keys_of_names.kind, keys_of_names.name
