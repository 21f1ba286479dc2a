{#- What extracts said before their current state. -#}

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
    {#- The files of a checkpoint stand for several deliveries. -#}
    {%- set held = held | unique | list -%}
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
