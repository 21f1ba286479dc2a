{#- Numbers and coded values as departments write them. Arguments are SQL expressions of type text; pass a column. -#}

{#- A number written with thousands separators, a currency sign or a unit ("6,500.00", ￥6500, 97.17㎡, 4人); null for a text
    that is none. `type_name` is the decimal or integer type wanted; integers are rounded. -#}
{% macro parse_number(x, type_name='decimal(18, 2)') -%}
    try_cast(
        case
            when {{ text_matches(x, '^-?[0-9]+([.][0-9]+)?$') }} then {{ x }}
            else {{ text_replace(half_width(x), '^ *[¥￥]|[, ]|(元|平方米|㎡|m2|m²|人|岁) *$', '') }}
        end as {{ type_name }}
    )
{%- endmacro %}

{#- A truth value (是否): true, 1, 是, 有, Y, yes / false, 0, 否, 无, N, no; anything else is not known. -#}
{% macro parse_boolean(x) -%}
    case
        when lower(trim({{ x }})) in ('true', '1', '是', '有', 'y', 'yes', 't', '１') then true
        when lower(trim({{ x }})) in ('false', '0', '否', '无', 'n', 'no', 'f', '０') then false
    end
{%- endmacro %}

{#- Sex (性别) as GB/T 2261.1: '1' male, '2' female; 0 (unknown), 9 (not stated) and anything else are null. -#}
{% macro parse_sex(x) -%}
    case
        when trim({{ x }}) in ('1', '男', '男性', 'M', 'm', '01', '１') then '1'
        when trim({{ x }}) in ('2', '女', '女性', 'F', 'f', '02', '２') then '2'
    end
{%- endmacro %}
