{#- What a table gained and lost: change.added.<model> and change.removed.<model>. DuckDB only. -#}

{#- Notes what the rows `now` gained and lost against those that stood; returns whether they differ. With the `contract` of a
    full extract rows are the same that say the same, wherever they stand. -#}
{% macro note_differences(now, stood, contract=none) -%}
    {%- set name = this.identifier -%}
    {%- set rows = {'added': 0, 'removed': 0} -%}
    {%- if contract -%}
        {%- for side, those, others in (('added', now, stood), ('removed', stood, now)) -%}
            {%- do rows.update({
                side: make_table('change.' ~ side ~ '.' ~ name, 'from ' ~ said_otherwise(those, others, contract))
            }) -%}
        {%- endfor -%}
    {%- else -%}
        {#- One grouping: `except all` numbers the rows of each side, and would do it twice. -#}
        {%- set differing = make_table(
            'change.balance.' ~ name, 'select * exclude (_side), sum(_side) as _balance'
            ~ ' from (select *, 1 as _side from ' ~ now ~ ' union all select *, -1 from ' ~ stood ~ ') group by all'
            ~ ' having sum(_side) <> 0'
        ) -%}
        {%- for side, copies in (('added', '_balance'), ('removed', '-_balance')) if differing -%}
            {%- do rows.update({
                side: make_table(
                    'change.' ~ side ~ '.' ~ name, 'select * exclude (_balance, _copy) from'
                    ~ ' (select *, unnest(range(' ~ copies ~ '::bigint)) as _copy from change.balance.' ~ name ~ ')'
                )
            }) -%}
        {%- endfor -%}
        {%- do run_query('drop table change.balance.' ~ name) -%}
    {%- endif -%}
    {%- set differ = rows.added + rows.removed > 0 -%}
    {%- do note_outcome('changed' if differ else 'same', rows.removed, rows.added) -%}
    {{ return(differ) }}
{%- endmacro %}

{#- Makes a table of a query, and returns how many rows it has: DuckDB says so of its own accord. -#}
{% macro make_table(name, query) -%}
    {{ return(run_query('create table ' ~ name ~ ' as ' ~ query).rows[0][0]) }}
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
