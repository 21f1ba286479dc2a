{#- Dates and times in the forms that departments write. Arguments are SQL expressions of type text, used more than once:
    pass a column. Whatever is no day of the calendar gives null. -#}

{#- A date from eight digits (YYYYMMDD) that are known to be eight digits. -#}
{% macro calendar_date(digits) -%}
    try_cast(substr({{ digits }}, 1, 4) || '-' || substr({{ digits }}, 5, 2) || '-' || substr({{ digits }}, 7, 2) as date)
{%- endmacro %}

{#- A date (日期) written YYYYMMDD, YYYY-MM-DD, YYYY/MM/DD, YYYY.MM.DD or YYYY年M月D日, with one or two digits for month and day,
    full-width or not; YYYY年M月 (also YYYY-MM) is the first of the month; of a time stamp, the district's local day. -#}
{% macro parse_date(x) -%}
    case
        when {{ text_matches(x, '^[0-9]{8}$') }} then {{ calendar_date(x) }}
        when {{ text_matches(x, '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$') }} then try_cast({{ x }} as date)
        when {{ x }} <> '' then cast({{ parse_timestamp(x) }} as date)
    end
{%- endmacro %}

{#- A time stamp (时间) as the district's wall time: ISO 8601 with T or a space, seconds and fraction optional, any date that
    parse_date reads (then midnight), or YYYYMMDDHHMMSS. A text without an offset is local already; one with Z, +08:00 or
    +0800 is moved to the offset of the variable district_utc_offset (the whole of China keeps +08:00). -#}
{% macro parse_timestamp(x) -%}
    {%- set local = var('district_utc_offset') -%}
    {%- set iso_seconds = '^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}' -%}
    case
        when {{ text_matches(x, iso_seconds ~ '(' ~ local | replace('+', '[+]') ~ ')?$') }} then
            try_cast(replace(substr({{ x }}, 1, 19), 'T', ' ') as timestamp)
        when {{ text_matches(x, '[0-9] *(Z|[+-][0-9]{2}:?[0-9]{2})$') }} and {{ text_matches(x, ':') }} then
            {{ dbt.dateadd('minute', offset_minutes("'" ~ local ~ "'") ~ ' - ' ~ offset_minutes(x), wall_time(x)) }}
        when {{ x }} <> '' then {{ wall_time(x) }}
    end
{%- endmacro %}

{#- Minutes of a trailing UTC offset (Z, +08:00, +0800). -#}
{% macro offset_minutes(x) -%}
    case when {{ x }} like '%Z' then 0 else (
        case when {{ text_matches(x, '-[0-9]{2}:?[0-9]{2}$') }} then -1 else 1 end
        * (
            60 * try_cast({{ text_replace(x, '^.*[+-]([0-9]{2}):?[0-9]{2}$', '{1}') }} as integer)
            + try_cast({{ text_replace(x, '^.*[+-][0-9]{2}:?([0-9]{2})$', '{1}') }} as integer)
        )
    ) end
{%- endmacro %}

{#- The time as it stands in the text, without its offset. -#}
{% macro wall_time(x) -%}
    {%- set tidy = 'trim(' ~ half_width(x) ~ ')' -%}
    {%- set tidy = text_replace(tidy, '(:[0-9]{2}([.][0-9]+)?) *(Z|[+-][0-9]{2}:?[0-9]{2})$', '{1}') -%}
    {%- set tidy = text_replace(tidy, '^([0-9]{4})([0-9]{2})([0-9]{2})(([0-9]{2})([0-9]{2})([0-9]{2}))?$', '{1}-{2}-{3} {5}:{6}:{7}') -%}
    {%- set tidy = text_replace(tidy, '^([0-9]{4}) *[-/.年] *([0-9]{1,2}) *[-/.月] *([0-9]{1,2}) *日?[T ]*', '{1}-{2}-{3} ') -%}
    {%- set tidy = text_replace(tidy, '^([0-9]{4}) *[-/.年] *([0-9]{1,2}) *月?$', '{1}-{2}-1') -%}
    {#- A year has four digits: 87-07-01 is not the year 87. -#}
    {%- set tidy = text_replace(tidy, '^([0-9]{0,3}|[0-9]{5,})([^0-9].*)?$', '') -%}
    try_cast({{ text_replace(tidy, '[ :]+$', '') }} as timestamp)
{%- endmacro %}
