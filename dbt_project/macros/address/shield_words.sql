{#- Characters that look like the end of an area, a road or a number and are none (市场, 小区, 新街镇, 门卫, 号线): each is
    shielded by a character of the private use area, one for one, so that no pattern takes it and the parts keep their place. -#}

{#- The character that stands for a shielded one. -#}
{% macro shield(character) -%}
    {{- '\ue000\ue001\ue002\ue003\ue004\ue005\ue006\ue007\ue008\ue009\ue00a'['街市区路巷弄线门号道镇'.index(character)] -}}
{%- endmacro %}

{#- The text with those characters shielded. -#}
{% macro shield_words(x) -%}
    {%- set steps = namespace(sql=x) -%}
    {%- for character, words in shielded_words() -%}
        {%- for word in words -%}
            {%- set steps.sql = "replace(" ~ steps.sql ~ ", '" ~ word ~ "', '" ~ word | replace(character, shield(character)) ~ "')" -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(steps.sql) }}
{%- endmacro %}

{#- The text as it was before shield_words. -#}
{% macro unshield(x) -%}
    translate({{ x }}, '{% for character, words in shielded_words() %}{{ shield(character) }}{% endfor %}', '{% for character, words in shielded_words() %}{{ character }}{% endfor %}')
{%- endmacro %}
