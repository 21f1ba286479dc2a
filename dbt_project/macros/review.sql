{#- What the review queue shows of a pair of records. -#}

{#- The comparisons of conformed.person_pair, each with its bits in the column <comparison>_weight. -#}
{% macro pair_comparisons() -%}
    {{ return(['name', 'number', 'dwelling', 'housemates', 'phone', 'birth_date', 'sex']) }}
{%- endmacro %}

{#- The comparisons that speak for one person (sign '>') or against (sign '<'), with their bits, as text. -#}
{% macro bits_text(sign) -%}
    trim(
        {%- for comparison in pair_comparisons() %}
        case
            when round({{ comparison }}_weight, 1) {{ sign }} 0
            then '{{ comparison }} ' || cast(cast({{ comparison }}_weight as decimal(8, 1)) as varchar) || '  '
            else ''
        end{{ ' ||' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{#- A value of the review queue's rule table by its name. -#}
{% macro review_rule(name) -%}
    (select rule_value from {{ ref('review_rules') }} where rule_name = '{{ name }}')
{%- endmacro %}
