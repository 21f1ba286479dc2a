{#- History: what was learnt when, and figures over days out of what changed.

    A fact is true from valid_from until before valid_to, and was known from known_from until before known_to; null is
    without end. Known days are delivery dates, not the wall clock (Receipt.known_on). -#}

{#- The deliveries that were ever accepted, as rows of (extract, delivery_id, delivery_date, known_from, known_to, path). -#}
{% macro learnt_deliveries() -%}
    {%- if execute and file_exists(delivery_index_file()) -%}
        select
            extract,
            learnt.delivery_id as delivery_id,
            cast(learnt.delivery_date as date) as delivery_date,
            cast(learnt.known_from as date) as known_from,
            cast(learnt.known_to as date) as known_to,
            learnt.path as path
        from (
            select department || '.' || extract as extract, unnest(learnt) as learnt
            from read_json({{ sql_text(delivery_index_file()) }}, columns = {
                department: 'varchar', extract: 'varchar',
                learnt: 'struct(delivery_id varchar, delivery_date varchar, known_from varchar, known_to varchar, path varchar)[]'
            })
        )
    {%- else -%}
        select
            cast(null as varchar) as extract,
            cast(null as varchar) as delivery_id,
            cast(null as date) as delivery_date,
            cast(null as date) as known_from,
            cast(null as date) as known_to,
            cast(null as varchar) as path
        where false
    {%- endif -%}
{%- endmacro %}

{#- The names of an extract's columns as delivered. -#}
{% macro delivered_columns(contract) -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for source in graph.sources.values() if source.identifier == contract.department ~ '__' ~ contract.extract -%}
            {%- do found.extend(source.columns.keys()) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{#- Rows of an extract that are not its current state any more, as delivered: of a full one all rows of earlier deliveries, of
    changes what a later day replaced; of both what a corrected delivery of the same day replaced. Nothing where an extract
    has one delivery. DuckDB only. -#}
{% macro past_rows(contract) -%}
    {%- set past = [] -%}
    {%- set held = [] -%}
    {%- if execute -%}
        {%- set query -%}
            select path, known_to is not null from ({{ learnt_deliveries() }}) as learnt
            where extract = '{{ contract.id }}' order by delivery_date, known_from
        {%- endset -%}
        {%- for delivery in run_query(query).rows -%}
            {%- do (past if delivery[1] else held).append(delivery[0]) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set earlier = past + held[:-1] -%}
    {%- if earlier and contract.kind == 'full' -%}
        {{ read_accepted(earlier) }}
    {%- elif earlier -%}
        select earlier.*
        from ({{ read_accepted(earlier, 'filename') }}) as earlier
        left join (
            select _record_key, max(_delivery_date) as _last_date
            from ({{ read_accepted(held[1:] or held) }}) as later
            group by _record_key
        ) as later on earlier._record_key = later._record_key
        where earlier._delivery_date < later._last_date
        {%- if past %} or earlier.filename in ({% for path in past %}{{ sql_text(path) }}{{ ', ' if not loop.last }}{% endfor %}){% endif -%}
    {%- endif -%}
{%- endmacro %}

{#- The statements of where somebody lives among rows that are as they were delivered. -#}
{% macro stated_residence(contract, rows) -%}
    {%- set there = delivered_columns(contract) -%}
    {%- set stated = concept_column(contract, 'residence.lives_here') -%}
    {%- set operation = concept_column(contract, 'residence.operation') -%}
    select
        {{ row_key(["'" ~ contract.id ~ "'", '_delivery_id', '_source_row']) }} as row_key,
        cast('{{ contract.id }}' as varchar) as extract,
        _record_key as record_key,
        _delivery_id as delivery_id,
        _delivery_date as delivery_date,
        _source_row as source_row,
        {{ 'cast(' ~ parse_timestamp(contract.evidence_date) ~ ' as date)' if contract.evidence_date in there else 'cast(null as date)' }}
            as stated_on,
        {{ trimmed(concept_column(contract, 'dwelling.address')) }} as address_text,
        {% for concept, name in [('dwelling.address_code', 'address_code'), ('grid.code', 'grid_code')] %}
        {% set column = concept_column(contract, concept) %}
        {{ clean_code(column) if column in there else 'cast(null as varchar)' }} as {{ name }},
        {% endfor %}
        {% if stated %}
        {{ parse_boolean(stated) }} as lives_here
        {% elif operation %}
        coalesce({{ clean_code(operation) }}, '') <> 'D' as lives_here
        {% elif status_column(contract) and contract.kind == 'change' %}
        {{ clean_text(status_column(contract)) }} is null
        or {{ clean_text(status_column(contract)) }} not in (
            select status from {{ ref('value_status') }} where extract = '{{ contract.id }}' and meaning = 'ended'
        ) as lives_here
        {% else %}
        true as lives_here
        {% endif %}
    from ({{ rows }}) as past
{%- endmacro %}

{#- Figures that add up, as changes: `measured` has grid_code, valid_from, valid_to, known_from, known_to and the columns. -#}
{% macro corners(measured, columns) -%}
    {%- set kinds = [
        ['valid_from', 'known_from', '', 'true'],
        ['valid_to', 'known_from', '-', 'valid_to is not null'],
        ['valid_from', 'known_to', '-', 'known_to is not null'],
        ['valid_to', 'known_to', '', 'valid_to is not null and known_to is not null'],
    ] -%}
    {% for valid_day, known_day, sign, condition in kinds %}
    select
        grid_code,
        {{ valid_day }} as valid_day,
        {{ known_day }} as known_day,
        {% for column in columns -%}
        {{ sign }}{{ column }} as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ measured }}
    where {{ condition }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{#- The day on which somebody completes so many years: who is born on 29 February does so on 1 March where there is none. -#}
{% macro birthday(birth_date, age) -%}
    cast({{ dbt.dateadd('year', age, birth_date) }} as date)
    {%- if age % 4 %}
    + case when extract(month from {{ birth_date }}) = 2 and extract(day from {{ birth_date }}) = 29 then 1 else 0 end
    {%- endif %}
{%- endmacro %}

{#- The CTE cell, with those that it is made of: of every key with an event, all days on which it changes by all days on which something was
    learnt of it. It reads the CTEs day, valid_event (key, valid_day) and known_event (key, known_day), whose days lie
    behind the first one, each once. -#}
{% macro cells(key) -%}
    changing as (
        select {{ key }} from valid_event
        union
        select {{ key }} from known_event
    ),

    valid_span as (
        select
            {{ key }},
            valid_day as valid_from,
            lead(valid_day) over (partition by {{ key }} order by valid_day nulls last) as valid_to
        from (
            select {{ key }}, valid_day from valid_event
            union all
            select changing.{{ key }}, day.first_day as valid_day from changing cross join day
        ) as valid_days
    ),

    known_span as (
        select
            {{ key }},
            known_day as known_from,
            lead(known_day) over (partition by {{ key }} order by known_day nulls last) as known_to
        from (
            select {{ key }}, known_day from known_event
            union all
            select changing.{{ key }}, day.first_day as known_day from changing cross join day
        ) as known_days
    ),

    cell as (
        select
            valid_span.{{ key }},
            valid_span.valid_from,
            valid_span.valid_to,
            known_span.known_from,
            known_span.known_to
        from valid_span
        inner join known_span on valid_span.{{ key }} = known_span.{{ key }}
    )
{%- endmacro %}

{#- The days behind the first one on which something known as cells begins or ends: the CTEs valid_event and known_event. -#}
{% macro events_of_cells(key, relation) -%}
    valid_event as (
        select distinct
            event.{{ key }},
            event.valid_day
        from (
            select {{ key }}, valid_from as valid_day from {{ relation }}
            union all
            select {{ key }}, valid_to as valid_day from {{ relation }}
        ) as event
        cross join day
        where event.valid_day > day.first_day
    ),

    known_event as (
        select distinct
            event.{{ key }},
            event.known_day
        from (
            select {{ key }}, known_from as known_day from {{ relation }}
            union all
            select {{ key }}, known_to as known_day from {{ relation }}
        ) as event
        cross join day
        where event.known_day > day.first_day
    )
{%- endmacro %}

{#- Columns of one of several relations that are put below each other: its own as they are, the others 0. -#}
{% macro padded(own, all) -%}
    {% for column in all -%}
    {{ column if column in own else 'cast(0 as bigint) as ' ~ column }}{{ ',' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{#- Figures of every grid and day as known now: the changes up to the day, added up. -#}
{% macro figures_by_day(change, columns) -%}
    select
        grid_day.as_of_date,
        grid_day.grid_code,
        {% for column in columns -%}
        cast(
            coalesce(
                sum(change.{{ column }}) over (
                    partition by grid_day.grid_code
                    order by grid_day.as_of_date
                    rows between unbounded preceding and current row
                ),
                0
            ) as {{ figure_type(column) }}
        ) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('grid_day') }} as grid_day
    left join (
        select
            grid_code,
            valid_day,
            {% for column in columns -%}
            sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ change }}
        group by grid_code, valid_day
    ) as change
        on grid_day.grid_code = change.grid_code and grid_day.as_of_date = change.valid_day
{%- endmacro %}

{#- Figures of every grid and day as they became known: a row for the day itself, and one for every later day on which something
    was learnt that changes them. A change true from d and learnt on k is in the figures of the days d to k - 1 only as known
    from k, and in those of later days from the first. -#}
{% macro figures_as_known(change, columns) -%}
    select
        as_of_date,
        grid_code,
        known_on,
        lead(known_on) over (partition by grid_code, as_of_date order by known_on) as known_until,
        {% for column in columns -%}
        cast(
            sum({{ column }}) over (
                partition by grid_code, as_of_date order by known_on rows between unbounded preceding and current row
            ) as {{ figure_type(column) }}
        ) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from (
        select
            grid_day.as_of_date,
            grid_day.grid_code,
            grid_day.as_of_date as known_on,
            {% for column in columns -%}
            coalesce(
                sum(change.{{ column }}) over (
                    partition by grid_day.grid_code
                    order by grid_day.as_of_date
                    rows between unbounded preceding and current row
                ),
                0
            ) as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ ref('grid_day') }} as grid_day
        left join (
            select
                grid_code,
                greatest(valid_day, known_day) as told_day,
                {% for column in columns -%}
                sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
                {% endfor %}
            from {{ change }}
            group by grid_code, greatest(valid_day, known_day)
        ) as change
            on grid_day.grid_code = change.grid_code and grid_day.as_of_date = change.told_day

        union all

        select
            grid_day.as_of_date,
            change.grid_code,
            change.known_day as known_on,
            {% for column in columns -%}
            sum(change.{{ column }}) as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ change }} as change
        inner join {{ ref('grid_day') }} as grid_day
            on
                change.grid_code = grid_day.grid_code
                and change.valid_day <= grid_day.as_of_date
                and change.known_day > grid_day.as_of_date
        group by grid_day.as_of_date, change.grid_code, change.known_day
        having false {% for column in columns %}or sum(change.{{ column }}) <> 0 {% endfor %}
    ) as told
{%- endmacro %}

{#- Figures of every grid as changes that add up: what `corner` (grid_code, valid_day, known_day and the columns) says, and on the
    first day what else there is on the last one (`on_last_day`, a row a grid), which never changed. A column that `as_other` names
    begins as another one does; one that is not on_last_day begins with 0. -#}
{% macro changes_by_grid(corner, on_last_day, columns, stocks, as_other={}) -%}
    total_change as (
        select
            grid_code,
            {% for column in stocks -%}
            sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ corner }}
        where valid_day <= (select max(as_of_date) from {{ ref('day') }})
        group by grid_code
    ),

    unchanged as (
        select
            {{ on_last_day }}.grid_code,
            day.first_day as valid_day,
            day.first_day as known_day,
            {% for column in columns -%}
            {%- set stock = as_other.get(column, column) -%}
            {% if stock in stocks -%}
            coalesce({{ on_last_day }}.{{ stock }}, 0) - coalesce(total_change.{{ stock }}, 0)
            {%- else -%}
            0
            {%- endif %} as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ on_last_day }}
        cross join (select distinct first_day from {{ ref('day') }}) as day
        left join total_change on {{ on_last_day }}.grid_code = total_change.grid_code
    )

    select
        grid_code,
        valid_day,
        known_day,
        {% for column in columns -%}
        cast(sum({{ column }}) as {{ figure_type(column) }}) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from (
        select * from unchanged
        union all
        select * from {{ corner }} where valid_day <= (select max(as_of_date) from {{ ref('day') }})
    ) as added
    where grid_code is not null
    group by grid_code, valid_day, known_day
    having false {% for column in columns %}or sum({{ column }}) <> 0 {% endfor %}
{%- endmacro %}

{#- The type of a figure that adds up: areas are decimals, everything else is counted. -#}
{% macro figure_type(column) -%}
    {{ 'decimal(18, 2)' if column in housing_decimals() else 'bigint' }}
{%- endmacro %}
