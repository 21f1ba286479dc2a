{#- An address as people wrote it (地址), made comparable: half-width, upper-case, simplified unit words, one kind of dash, no
    spaces. Two numbers with a space or a comma between them keep a dash there (1 2 301 → 1-2-301); the letter O beside a digit
    is a nought; a road and number in brackets go to the front; a bracket without digits is a remark and goes.
    `x` is used more than once: pass a column. -#}
{% macro normalize_address(x) -%}
    {%- set wide = "upper(" ~ half_width(x) ~ ")" -%}
    {%- set same = "translate(" ~ wide ~ ", '號樓單層棟戶﹣–—―‐~_,，、。;', '号楼单层栋户------     ')" -%}
    {%- set dashed = numbers_dashed(same) -%}
    {%- set spaced = numbers_dashed(x) -%}
    {%- set plain = text_replace(dashed, '[(][^)0-9]*[)]|[ \"]', '') -%}
    {%- set nought = text_replace(text_replace(plain, '([0-9])O', '{1}0'), 'O([0-9])', '0{1}') -%}
    {%- set turned = text_replace(nought, '^([^(]*)[(]([^()]*[0-9]+号?)[)]', '{2}{1}') -%}
    case
        -- Nine texts of ten need nothing done, and nearly all others one thing: wide digits made narrow, or a space.
        when not {{ text_matches(x, '[^0-9A-NP-Z#一-龥-]|[號樓單層棟戶]') }} then {{ x }}
        when not {{ text_matches(x, '[^0-9A-NP-Z#一-龥０-９Ａ-ＮＰ-Ｚ－-]|[號樓單層棟戶]') }} then {{ half_width(x) }}
        when not {{ text_matches(x, '[^0-9A-NP-Z#一-龥 -]|[號樓單層棟戶]') }} then {{ text_replace(spaced, ' ', '') }}
        else {{ text_replace(turned, '[()]', '') }}
    end
{%- endmacro %}

{#- A dash for the spaces between two numbers. Twice: a match eats the number that the next one begins with. -#}
{% macro numbers_dashed(x) -%}
    {%- set between = '([0-9A-Z]) +([0-9A-Z])' -%}
    {{ text_replace(text_replace(x, between, '{1}-{2}'), between, '{1}-{2}') }}
{%- endmacro %}

{#- A number of a house, building, unit or room as it is compared: Chinese numerals (三, 十二, 二〇一) as digits, without leading
    zeros; '' for null. `x` is a half-width text without its unit word (栋, 单元 …), used more than once: pass a column. -#}
{% macro address_number(x) -%}
    {%- set digits = "translate(" ~ x ~ ", '零〇一二两三四五六七八九', '001223456789')" -%}
    case
        when {{ x }} is null or {{ x }} = '' then ''
        -- By far the most begin with 1–9 and are done: no pattern is tried on them.
        when {{ x }} >= '1' and {{ x }} < ':' then {{ x }}
        when not {{ text_matches(x, '[十百]') }} then coalesce(nullif(trim(leading '0' from {{ digits }}), ''), '0')
        else
            {{ chinese_tens(text_replace(text_replace(digits, '百0', '0'), '百', '')) }}
    end
{%- endmacro %}

{#- 十 between digits that are digits already: 十 → 10, 十2 → 12, 2十 → 20, 2十3 → 23. -#}
{% macro chinese_tens(x) -%}
    {{ text_replace(text_replace(text_replace(text_replace(x, '^十$', '10'), '^十', '1'), '十$', '0'), '十', '') }}
{%- endmacro %}

{#- The digits and Latin letters of a text, Chinese numerals among them (二单无十三 → 213, A2拣 → A2). -#}
{% macro spoken_digits(x) -%}
    {%- set digits = "translate(" ~ x ~ ", '零〇一二两三四五六七八九', '001223456789')" -%}
    {%- set tens = text_replace(text_replace(digits, '([0-9])十([0-9])', '{1}{2}'), '([0-9])十', '{1}0') -%}
    {{ text_replace(text_replace(text_replace(tens, '十([0-9])', '1{1}'), '十', '10'), '[^0-9A-Z]', '') }}
{%- endmacro %}

{#- The pattern of a compound's section (东区, 一期), which is no number of a building. -#}
{% macro section_pattern() -%}
    (?:[东西南北中A-Z]区|[一二三四五六七八九0-9]期)
{%- endmacro %}
