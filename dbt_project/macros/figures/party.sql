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
