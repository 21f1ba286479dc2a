{#- Texts as people wrote them, made comparable. Arguments are SQL expressions of type text; each is used more than once,
    so pass a column. -#}

{#- Full-width forms (全角, U+FF01–FF5E, and the ideographic space) to half-width (半角) ones; tabs, line ends and the no-break
    space to a space; zero-width characters away. Quotes and the backslash stay, so that the literal needs no escape. -#}
{% macro half_width(x) -%}
    {%- set wide = "！＃＄％＆（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［］＾＿ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～\u3000\u00a0\t\r\n" -%}
    {%- set half = "!#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~     " -%}
    {%- set gone = "\u200b\ufeff" -%}
    case
        when {{ text_matches(x, "[！-～\u3000\u00a0\t\r\n" ~ gone ~ "]") }} then translate({{ x }}, '{{ wide ~ gone }}', '{{ half }}')
        else {{ x }}
    end
{%- endmacro %}

{#- Trimmed and half-width; nothing (null) for an empty text. -#}
{% macro clean_text(x) -%}
    nullif(trim({{ half_width(x) }}), '')
{%- endmacro %}

{#- A person's name: as clean_text, and without the spaces that forms put between two characters (张 三); a name with
    Latin letters keeps its spaces. -#}
{% macro clean_name(x) -%}
    case
        when {{ text_matches(x, '[A-Za-zＡ-Ｚａ-ｚ]') }} then {{ clean_text(x) }}
        else nullif(replace({{ half_width(x) }}, ' ', ''), '')
    end
{%- endmacro %}

{#- Text as it was written, only trimmed; nothing for an empty one. For addresses, whose parser wants the original. -#}
{% macro trimmed(x) -%}
    nullif(trim({{ x }}), '')
{%- endmacro %}

{#- A code or number that identifies something (网格编码, 统一社会信用代码 …): half-width, upper-case, no spaces. -#}
{% macro clean_code(x) -%}
    nullif(upper(case when {{ text_matches(x, '^[0-9A-Z]*$') }} then {{ x }} else replace({{ half_width(x) }}, ' ', '') end), '')
{%- endmacro %}

{#- A telephone number as its digits, without the country code +86; nothing for a masked one (138****1234), whose digits
    would be somebody else's number. -#}
{% macro clean_phone(x) -%}
    case
        when {{ text_matches(x, '^1[0-9]{10}$') }} then {{ x }}
        when {{ text_matches(x, '[*＊]') }} then null
        else nullif({{ text_replace(text_replace(half_width(x), '[^0-9]', ''), '^(00)?86(1[0-9]{10})$', '{2}') }}, '')
    end
{%- endmacro %}
