{#- What both party marts share: the columns that add up, and the ratios made of them. -#}

{% macro party_counts() %}
    {{ return([
        'party_members', 'formal_members', 'probationary_members', 'members_under_35', 'members_35_59',
        'members_60_and_over', 'members_age_unknown', 'members_joined_365_days', 'floating_members',
        'members_written_elsewhere',
    ]) }}
{% endmacro %}

{% macro party_rates() -%}
    {{ ratio('members_60_and_over', 'party_members') }} as ageing_rate_60,
    {{ ratio('floating_members', 'party_members') }} as floating_rate,
    {{ ratio('members_written_elsewhere', 'party_members') }} as written_elsewhere_rate
{%- endmacro %}

{#- What is counted of party members (party_member_state, party_member_change). -#}
{% macro party_sums() -%}
    count(*) as party_members,
    count(case when category_meaning = 'formal' then 1 end) as formal_members,
    count(case when category_meaning = 'probationary' then 1 end) as probationary_members,
    count(case when age < 35 then 1 end) as members_under_35,
    count(case when age between 35 and 59 then 1 end) as members_35_59,
    count(case when age >= 60 then 1 end) as members_60_and_over,
    count(case when age is null then 1 end) as members_age_unknown,
    count(case when joined_last_year then 1 end) as members_joined_365_days,
    count(case when is_floating then 1 end) as floating_members,
    count(case when is_written_elsewhere then 1 end) as members_written_elsewhere
{%- endmacro %}
