{#- What a table gained and lost: change.added.<model> and change.removed.<model>. DuckDB only. -#}

{#- Notes what the rows `now` gained and lost against those that stood; returns whether they differ. With the `contract` of a
    full extract rows are the same that say the same, wherever they stand. -#}
{% macro note_differences(now, stood, contract=none) -%}
    {%- set name = this.identifier -%}
    {%- if contract -%}
        {%- for side, rows, others in (('added', now, stood), ('removed', stood, now)) -%}
            {%- do run_query(
                'create table change.' ~ side ~ '.' ~ name ~ ' as from ' ~ said_otherwise(rows, others, contract)
            ) -%}
        {%- endfor -%}
    {%- else -%}
        {#- One grouping: `except all` numbers the rows of each side, and would do it twice. -#}
        {%- do run_query(
            'create table change.balance.' ~ name ~ ' as select * exclude (_side), sum(_side) as _balance'
            ~ ' from (select *, 1 as _side from ' ~ now ~ ' union all select *, -1 from ' ~ stood ~ ') group by all'
            ~ ' having sum(_side) <> 0'
        ) -%}
        {%- for side, copies in (('added', '_balance'), ('removed', '-_balance')) -%}
            {%- do run_query(
                'create table change.' ~ side ~ '.' ~ name ~ ' as select * exclude (_balance, _copy) from'
                ~ ' (select *, unnest(range(' ~ copies ~ '::bigint)) as _copy from change.balance.' ~ name ~ ')'
            ) -%}
        {%- endfor -%}
        {%- do run_query('drop table change.balance.' ~ name) -%}
    {%- endif -%}
    {%- set counted -%}
        select (select count(*) from change.removed.{{ name }}), (select count(*) from change.added.{{ name }})
    {%- endset -%}
    {%- set removed, added = run_query(counted).rows[0] -%}
    {%- do note_outcome('changed' if removed + added else 'same', removed, added) -%}
    {{ return(removed + added > 0) }}
{%- endmacro %}

{#- The rows of a full extract's staging model that say what no row of another state of it says; a flag or the day of which a
    row speaks may hang on the delivery's day. -#}
{% macro said_otherwise(rows, others, contract) -%}
    (
        select * exclude (_observed_on)
        from (select *, {{ observed_on(contract) }} as _observed_on from {{ rows }}) as rows
        anti join (select row_key, flags, {{ observed_on(contract) }} as _observed_on from {{ others }}) as others
            on
                rows.row_key = others.row_key
                and rows.flags is not distinct from others.flags
                and rows._observed_on is not distinct from others._observed_on
    )
{%- endmacro %}
