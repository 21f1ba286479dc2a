{#- What every staging model does alike. -#}

{#- Where a row stood and what it is: the first nine columns of every staging model. The number comes first: what joins or
    groups rows later does so by it, and need not carry four texts a row through the warehouse. It is a number of what the row
    says and not of where it stood: a full delivery that says it again changes nothing. Rows of a file that say the same are
    told apart by their place among them (numbered_copies). -#}
{% macro provenance_columns(extract) -%}
    {%- set said = ["'" ~ extract ~ "'", '_record_key', version_number('_version')] -%}
    {%- if full_extract(extract) -%}
        {%- do said.append('_place') -%}
    {%- endif -%}
    {{ row_key(said) }} as row_key,
    cast('{{ extract }}' as varchar) as extract,
    _record_key as record_key,
    _version as version,
    _delivery_id as delivery_id,
    _delivery_date as delivery_date,
    _source_file as source_file,
    _source_row as source_row,
    _flags as flags
{%- endmacro %}

{#- The contract of a full extract, by its id or its staging model; none of any other name. -#}
{% macro full_extract(name) -%}
    {%- for contract in contracts() if contract.kind == 'full' and name in (contract.id, contract.model) -%}
        {{ return(contract) }}
    {%- endfor -%}
    {{ return(none) }}
{%- endmacro %}

{#- The rows of a full extract's file, each with its place among those that say the same. Nearly every row stands alone: only of
    the others are places counted, and no row is sorted with all its columns. `relation` is named where it is read, not once
    above: DuckDB copies what several places share, and here that would be all that was delivered. -#}
{% macro numbered_copies(relation) -%}
    {%- set said = ['_record_key', '_version'] -%}
    select
        source.*,
        coalesce(numbered_copy.place, 1) as _place
    from {{ relation }} as source
    left join (
        select
            _source_row,
            row_number() over (partition by {{ row_key(said) }} order by _source_row) as place
        from {{ relation }} as repeated
        where {{ row_key(said) }} in (
            select {{ row_key(said) }} from {{ relation }} as delivered group by {{ row_key(said) }} having count(*) > 1
        )
    ) as numbered_copy on source._source_row = numbered_copy._source_row
{%- endmacro %}

{#- The current state of a change extract: of the rows of one record key, the last delivered (later day, then later
    delivery of that day, then later row of the file). Nearly every key has one row: only of the others is the last one
    looked for, as in numbered_copies. -#}
{% macro latest_by_record_key(relation) -%}
    select source.*
    from {{ relation }} as source
    left join (
        select
            repeated._record_key,
            repeated._delivery_id,
            repeated._source_row,
            row_number() over (
                partition by repeated._record_key
                order by
                    repeated._delivery_date desc nulls last,
                    repeated._delivery_id desc nulls last,
                    repeated._source_row desc nulls last
            ) as recency
        from {{ relation }} as repeated
        inner join (
            select _record_key from {{ relation }} as delivered group by _record_key having count(*) > 1
        ) as repeated_key on repeated._record_key = repeated_key._record_key
    ) as replaced
        on
            source._record_key = replaced._record_key
            and source._delivery_id = replaced._delivery_id
            and source._source_row = replaced._source_row
    where replaced.recency is null or replaced.recency = 1
{%- endmacro %}
