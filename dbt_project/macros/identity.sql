{#- Citizen identity numbers (公民身份号码), GB 11643: area code 6, birth date 8, serial 3 (odd male, even female), and a check
    character by ISO 7064 MOD 11-2. Numbers of the first generation have 15 digits: no century (always 19) and no check.
    County codes are not looked up: numbers keep the code of a county that was abolished since.

    clean_identity_number takes a text as delivered; every other macro here takes what clean_identity_number gave. -#}

{#- Half-width, upper-case, without spaces; nothing for an empty text. A masked or spoilt number stays as it is. -#}
{% macro clean_identity_number(x) -%}
    {{ clean_code(x) }}
{%- endmacro %}

{#- The check character (GB 11643 clause 4.2.4, ISO 7064 MOD 11-2) of the first 17 digits of a text.
    Whatever is not a digit gives a meaningless character, never an error. -#}
{% macro identity_check_character(first17) -%}
    {%- set weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] -%}
    {#- ascii('0') is 48, and the weights add up to 100 -#}
    substr('10X98765432', 1 + (
        {%- for weight in weights %}
        ascii(substr({{ first17 }}, {{ loop.index }}, 1)) * {{ weight }}{{ ' +' if not loop.last }}
        {%- endfor %} - 4800
    ) % 11, 1)
{%- endmacro %}

{#- What can be said of the number:
      valid         18 characters, a real date of the years 18xx–20xx, the check character agrees
      valid_15      15 digits with a real date, not one digit repeated
      check_failed  18 or 15 characters of the right kind, but the date or the check character does not agree
      masked        characters hidden by * (440106********1234)
      spreadsheet   turned into a floating-point number (4.40106E+17)
      unreadable    anything else;  null for a missing number -#}
{% macro identity_number_status(x) -%}
    case
        when {{ text_matches(x, '^[1-9][0-9]{5}(18|19|20)[0-9]{9}[0-9X]$') }} then
            case
                when
                    substr({{ x }}, 18, 1) = {{ identity_check_character(x) }}
                    and {{ calendar_date('substr(' ~ x ~ ', 7, 8)') }} is not null
                then 'valid'
                else 'check_failed'
            end
        when {{ text_matches(x, '^[0-9]{15}$') }} then
            case
                when
                    replace({{ x }}, substr({{ x }}, 1, 1), '') <> ''
                    and {{ calendar_date("'19' || substr(" ~ x ~ ', 7, 6)') }} is not null
                then 'valid_15'
                else 'check_failed'
            end
        when {{ text_matches(x, '^[0-9]{17}[0-9X]$') }} then 'check_failed'
        when {{ text_matches(x, '[*]') }} then 'masked'
        when {{ text_matches(x, '^[0-9]([.][0-9]+)?E[+]?[0-9]+$') }} then 'spreadsheet'
        when {{ x }} is not null then 'unreadable'
    end
{%- endmacro %}

{#- The valid number as 18 characters: one of 15 digits gets the century 19 and its check character (GB 11643-1999,
    clause 4); nothing where the number is not valid. `status` saves deciding it twice where it stands in a column. -#}
{% macro identity_number_18(x, status=none) -%}
    {%- set seventeen = "substr(" ~ x ~ ", 1, 6) || '19' || substr(" ~ x ~ ", 7, 9)" -%}
    case {{ status or identity_number_status(x) }}
        when 'valid' then {{ x }}
        when 'valid_15' then {{ seventeen }} || {{ identity_check_character('(' ~ seventeen ~ ')') }}
    end
{%- endmacro %}

{#- Birth date (出生日期) in a valid 18-character number. -#}
{% macro identity_birth_date(x18) -%}
    {{ calendar_date('substr(' ~ x18 ~ ', 7, 8)') }}
{%- endmacro %}

{#- Sex (性别) in a valid 18-character number, GB/T 2261.1: '1' male, '2' female. -#}
{% macro identity_sex(x18) -%}
    case ascii(substr({{ x18 }}, 17, 1)) % 2 when 1 then '1' when 0 then '2' end
{%- endmacro %}

{#- The identity number at the head of a disability certificate number (残疾证号): 18 or 15 characters, then the digits of
    type and grade, and for a certificate issued again a mark (B1); null for anything shorter. -#}
{% macro identity_number_in_certificate(x) -%}
    case
        when {{ text_matches(clean_code(x), '^[0-9*]{17}[0-9X*]([0-9]{2}|$)') }} then substr({{ clean_code(x) }}, 1, 18)
        when {{ text_matches(clean_code(x), '^[0-9*]{17}$') }} then substr({{ clean_code(x) }}, 1, 15)
    end
{%- endmacro %}

{#- The identity number in a national student number (学籍号): what follows the G, or the L of a temporary number. -#}
{% macro identity_number_in_student_number(x) -%}
    nullif({{ text_replace(clean_code(x), '^[GL]', '') }}, '')
{%- endmacro %}
