{#- What every staging model does alike. -#}

{#- Where a row stood and what it is: the first eight columns of every staging model. -#}
{% macro provenance_columns(extract) -%}
    cast('{{ extract }}' as varchar) as extract,
    _record_key as record_key,
    _version as version,
    _delivery_id as delivery_id,
    _delivery_date as delivery_date,
    _source_file as source_file,
    _source_row as source_row,
    _flags as flags
{%- endmacro %}

{#- The current state of a change extract: of the rows of one record key, the last delivered (later day, then later
    delivery of that day, then later row of the file). -#}
{% macro latest_by_record_key(relation) -%}
    select *
    from (
        select
            *,
            row_number() over (
                partition by _record_key
                order by _delivery_date desc nulls last, _delivery_id desc nulls last, _source_row desc nulls last
            ) as recency
        from {{ relation }}
    ) as ranked
    where recency = 1
{%- endmacro %}
