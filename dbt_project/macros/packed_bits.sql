{#- Bits of extracts, several to a number: of each of millions of people one number in memory stands for three. -#}

{#- How many bits all extracts need, and how many times that goes into a number of 64 bits with a sign. -#}
{% macro bits_of_extracts() -%}
    {{ return(contracts() | length) }}
{%- endmacro %}

{% macro conditions_a_word() -%}
    {{ return([62 // bits_of_extracts(), 1] | max) }}
{%- endmacro %}

{#- Expressions that hold a row's `bit` at one place for each of the conditions that it fulfils. -#}
{% macro packed_bits(conditions, bit) -%}
    {%- set words = [] -%}
    {%- for word in conditions | batch(conditions_a_word()) -%}
        {%- set parts = [] -%}
        {%- for condition in word -%}
            {%- do parts.append(
                'case when ' ~ condition ~ ' then ' ~ bit ~ ' * ' ~ 2 ** (bits_of_extracts() * loop.index0) ~ ' else 0 end'
            ) -%}
        {%- endfor -%}
        {%- do words.append(parts | join(' + ')) -%}
    {%- endfor -%}
    {{ return(words) }}
{%- endmacro %}

{#- The bits of the condition at a place in the list, out of the columns that are called by `prefix` and their number. -#}
{% macro unpacked_bits(prefix, place) -%}
    {%- set column = prefix ~ place // conditions_a_word() -%}
    {%- set shift = bits_of_extracts() * (place % conditions_a_word()) -%}
    (({{ column }} >> {{ shift }}) & {{ 2 ** bits_of_extracts() - 1 }})
{%- endmacro %}
