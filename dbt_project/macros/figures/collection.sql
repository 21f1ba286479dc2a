{#- What the models of collection share: extracts as bits of one number, and the figures made of them. -#}

{#- Extracts as powers of two, so that which of them speak of a person is one number and a group-by over people stays narrow. -#}
{% macro extract_bits() -%}
    {%- set bits = {} -%}
    {%- for contract in contracts() -%}
        {%- do bits.update({contract.id: 2 ** loop.index0}) -%}
    {%- endfor -%}
    {{ return(bits) }}
{%- endmacro %}

{#- The bit of an extract. -#}
{% macro extract_bit(extract) -%}
    cast(case {{ extract }}{% for id, bit in extract_bits().items() %} when '{{ id }}' then {{ bit }}{% endfor %} else 0 end as bigint)
{%- endmacro %}

{#- Rows department, bits: the extracts of each department as one number. The data centre does not appraise itself. -#}
{% macro department_bits() -%}
    {%- set sums = {} -%}
    {%- for contract in contracts() if contract.department != 'data_centre' -%}
        {%- do sums.update({contract.department: sums.get(contract.department, 0) + extract_bits()[contract.id]}) -%}
    {%- endfor -%}
    {%- for department, bits in sums.items() %}
    {{ 'union all' if not loop.first }}
    select '{{ department }}' as department, cast({{ bits }} as bigint) as bits
    {%- endfor %}
{%- endmacro %}

{#- The figures of repeated collection by department and attribute, and over all attributes. -#}
{% macro repeated_collection_figures(summed) -%}
    select
        as_of.as_of_date,
        {{ summed }}.department,
        case when level.of_all then 'all' else {{ summed }}.attribute end as attribute,
        max(case when not level.of_all then source.answered_by end) as answered_by,
        {% for column in ['people_asked', 'people_asked_by_two', 'people_asked_by_more', 'people_answers_agree'] %}
        cast(sum(case when not level.of_all then {{ summed }}.{{ column }} end) as bigint) as {{ column }},
        {% endfor %}
        sum(case when not level.of_all then {{ ratio('people_answers_agree', 'people_asked_by_two + people_asked_by_more') }} end)
            as agreement_rate,
        cast(sum({{ summed }}.values_asked) as bigint) as values_asked,
        cast(sum({{ summed }}.values_repeated) as bigint) as values_repeated,
        {{ ratio('sum(' ~ summed ~ '.values_repeated)', 'sum(' ~ summed ~ '.values_asked)') }} as repeated_collection_rate,
        cast(round(sum({{ summed }}.values_repeated * rule.seconds_to_ask) / 3600.0, 1) as double) as hours_saved
    from {{ summed }}
    inner join {{ ref('collected_attribute') }} as rule on {{ summed }}.attribute = rule.attribute
    left join (
        select
            attribute,
            min(extract) as answered_by
        from {{ ref('attribute_source') }}
        where precedence = 1
        group by attribute
    ) as source on {{ summed }}.attribute = source.attribute
    cross join (select true as of_all union all select false as of_all) as level
    cross join {{ ref('as_of') }} as as_of
    group by
        as_of.as_of_date, {{ summed }}.department, case when level.of_all then 'all' else {{ summed }}.attribute end
{%- endmacro %}
