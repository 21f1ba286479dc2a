{#- The first part of parse_addresses: the areas with which an address begins, and the remainder (the CTE area). -#}
{% macro areas_of_address(relation, patterns) -%}
    {%- set area_groups = ['province', 'city', 'district', 'town', 'community', 'remainder'] -%}
read_once as (

    select line_number, address_text, {{ text_groups('shielded', patterns.areas, area_groups) }} as a
    from (select line_number, address_text, {{ shield_words('address_text') }} as shielded from {{ relation }}) as texts_shielded

),

-- Forms write the areas twice (浙江省温州市null浙江温州市瓯海区): the second reading counts where it finds any.
read_twice as (

    select *, {{ text_groups('a.remainder', patterns.areas, area_groups) }} as b
    from read_once

),

areas_read as (

    select
        line_number,
        address_text,
        a.province as province,
        coalesce(nullif(b.city, ''), a.city) as city,
        coalesce(nullif(b.district, ''), a.district) as district,
        coalesce(nullif(b.town, ''), a.town) as town,
        coalesce(nullif(b.community, ''), a.community) as community,
        case when b.city || b.district || b.town || b.community <> '' then b.remainder else a.remainder end as remainder
    from read_twice

),

-- 北京西路, 中关村南大街: what was read as an area is the beginning of a road's name.
area as (

    select
        line_number,
        address_text,
        case when is_cut and city || district || town || community = '' then '' else province end as province,
        city,
        district,
        town,
        case when is_cut then '' else community end as community,
        case
            when is_cut and community <> '' then community || remainder
            when is_cut and city || district || town = '' then province || remainder
            else remainder
        end as remainder
    from (
        select *, {{ text_matches('remainder', '^([东西南北中]?[一二三四]?(路|街|道)|[东西南北中]?大[街道])[^办]') }} as is_cut
        from areas_read
    ) as looked_at

)
{%- endmacro %}
