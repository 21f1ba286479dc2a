{#- What extracts said before their current state. A build by change takes in what was delivered since the last build; earlier
    files are read again only in a whole one, and where what was known of the earlier deliveries is another. DuckDB only. -#}

{#- The deliveries of an extract that were ever accepted, in order of their days: id, path, whether a corrected one has replaced
    it, and whether it came since the last build. -#}
{% macro learnt_of(contract) -%}
    {%- set learnt = [] -%}
    {%- if execute -%}
        {%- set query -%}
            select
                delivery_id, path, known_to is not null,
                {% if knows_last_build() -%}
                delivery_id not in (from (select delivery_id from change.learnt_before where extract = '{{ contract.id }}'))
                {%- else -%}
                true
                {%- endif %}
            from ({{ learnt_deliveries() }}) as learnt
            where extract = '{{ contract.id }}' order by delivery_date, known_from
        {%- endset -%}
        {%- for id, path, replaced, is_new in run_query(query).rows -%}
            {%- do learnt.append({'id': id, 'path': path, 'replaced': replaced, 'is_new': is_new}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(learnt) }}
{%- endmacro %}

{#- Whether what stands in the model is right but for what came since: every delivery taken in is known as it was, each new one
    is of a later day than all of them and known no earlier, and of none there are two. -#}
{% macro goes_on(contract) -%}
    {%- if not (execute and knows_last_build() and load_cached_relation(this) is not none) -%}
        {{ return(false) }}
    {%- endif -%}
    {%- if contract.kind == 'change' and outcome_of(contract.model) not in ('same', 'changed') -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set columns = 'delivery_id, delivery_date, known_from, known_to, folded_until' -%}
    {%- set query -%}
        with
        before as (select {{ columns }} from change.learnt_before where extract = '{{ contract.id }}'),
        learnt as (select {{ columns }} from ({{ learnt_deliveries() }}) as learnt where extract = '{{ contract.id }}'),
        new as (from learnt where delivery_id not in (select delivery_id from before)),
        last as (from before where delivery_date = (select max(delivery_date) from before))
        select
            not exists (from before except from learnt)
            and not exists (
                from new, before where new.delivery_date <= before.delivery_date or new.known_from < before.known_from
            )
            and not exists (from new where known_to is not null)
            and (not exists (from new) or (select count(*) from last) = 1)
    {%- endset -%}
    {{ return(run_query(query).rows[0][0]) }}
{%- endmacro %}

{#- Whether the deliveries that the last build knew can be asked (see attach_changes). -#}
{% macro knows_last_build() -%}
    {%- set query -%}
        select count(*) from duckdb_tables() where database_name = 'change' and table_name = 'learnt_before'
    {%- endset -%}
    {{ return(run_query(query).rows[0][0] == 1) }}
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

{#- Rows as they were delivered in the columns of the extract's staging model, as far as they say where somebody lives. -#}
{% macro as_staged(contract, rows) -%}
    {%- set there = delivered_columns(contract) -%}
    {%- set said = {} -%}
    {%- if contract.evidence_date -%}
        {%- do said.update({contract.evidence_date: 'cast(' ~ parse_timestamp(contract.evidence_date) ~ ' as date)'}) -%}
    {%- endif -%}
    {%- set cleaned = {
        'residence.lives_here': parse_boolean, 'residence.operation': clean_code,
        'dwelling.address': trimmed, 'dwelling.address_code': clean_code, 'grid.code': clean_code,
    } -%}
    {%- for concept, clean in cleaned.items() if concept_column(contract, concept) -%}
        {%- do said.update({concept_column(contract, concept): clean(concept_column(contract, concept))}) -%}
    {%- endfor -%}
    {%- if ends_by_status(contract) -%}
        {%- do said.update({status_column(contract): clean_text(status_column(contract))}) -%}
    {%- endif -%}
    (
        select
            _record_key as record_key,
            _version as version,
            _delivery_id as delivery_id,
            _delivery_date as delivery_date,
            {% for column, value in said.items() -%}
            {{ value if column in there else 'cast(null as varchar)' }} as {{ column }},
            {% endfor -%}
            _source_row as source_row
        from ({{ rows }}) as delivered
    )
{%- endmacro %}

{#- Whether a row of the extract says by its status that it does not hold any more. -#}
{% macro ends_by_status(contract) -%}
    {{ return(
        contract.kind == 'change' and status_column(contract) is not none
        and concept_column(contract, 'residence.operation') is none and concept_column(contract, 'residence.lives_here') is none
    ) }}
{%- endmacro %}

{#- The statements of where somebody lives among rows that stand as in staging. -#}
{% macro stated_residence(contract, rows) -%}
    {%- set status = status_column(contract) -%}
    select
        cast('{{ contract.id }}' as varchar) as extract,
        record_key,
        {{ statement_key(contract) }} as statement_key,
        delivery_id,
        delivery_date,
        source_row,
        {{ observed_on(contract) }} as observed_on,
        {{ concept_value(contract, 'dwelling.address') }} as address_text,
        {{ concept_value(contract, 'dwelling.address_code') }} as address_code,
        {{ concept_value(contract, 'grid.code') }} as grid_code,
        {% if ends_by_status(contract) %}
        {{ status }} is null
        or {{ status }} not in (
            select status from {{ ref('value_status') }} where extract = '{{ contract.id }}' and meaning = 'ended'
        )
        {% else %}
        {{ lives_here(contract, 'subject') }}
        {% endif %}
            as lives_here
    from {{ rows }} as stated
{%- endmacro %}

{#- A number of what a row says, wherever it stands. -#}
{% macro statement_key(contract) -%}
    {{ row_key(["'" ~ contract.id ~ "'", 'record_key', version_number('version')]) }}
{%- endmacro %}

{#- The contracts of one kind whose rows say where somebody lives. -#}
{% macro residence_contracts(kind) -%}
    {%- set found = [] -%}
    {%- for contract in contracts() if contract.kind == kind -%}
        {%- if lives_here(contract, 'subject') != 'cast(null as boolean)' -%}
            {%- do found.append(contract) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- Of deliveries of an extract of changes those rows that are not its current state any more: the last one of its record in its
    delivery, where a later day has one of the record, or a corrected delivery has replaced its own. -#}
{% macro replaced_rows(deliveries) -%}
    {%- set paths = deliveries | map(attribute='path') | unique | list -%}
    {%- set replaced = deliveries | selectattr('replaced') | map(attribute='id') | list -%}
    {%- set is_held = "_delivery_id not in ('" ~ replaced | join("', '") ~ "')" -%}
    select delivered.*
    from ({{ read_accepted(paths) }}) as delivered
    inner join (
        select
            several._delivery_id,
            several._source_row,
            {{ is_held }} as is_held,
            max(case when {{ is_held }} then several._delivery_date end) over (partition by several._record_key) as last_date,
            row_number() over (
                partition by several._record_key, several._delivery_id order by several._source_row desc nulls last
            ) as place
        from ({{ read_accepted(paths) }}) as several
        inner join (
            select _record_key
            from ({{ read_accepted(paths) }}) as counted
            group by _record_key
            having count(*) > 1 or max(case when {{ is_held }} then 0 else 1 end) = 1
        ) as repeated on several._record_key = repeated._record_key
    ) as ranked
        on delivered._delivery_id = ranked._delivery_id and delivered._source_row = ranked._source_row
    where ranked.place = 1 and (not ranked.is_held or ranked.last_date > delivered._delivery_date)
{%- endmacro %}

{#- What an extract of changes said before its current state: whether the model goes on, and rows in staging's columns of what it
    has not taken in yet. What a later day replaces in staging was its current state until the last build. -#}
{% macro rows_to_take_in(contract) -%}
    {%- set learnt = learnt_of(contract) -%}
    {%- set new = learnt | selectattr('is_new') | list -%}
    {%- set goes_on = goes_on(contract) -%}
    {%- set rows = [] -%}
    {%- if not goes_on and learnt | length > 1 -%}
        {%- do rows.append(as_staged(contract, replaced_rows(learnt))) -%}
    {%- elif goes_on and new -%}
        {%- if outcome_of(contract.model) == 'changed' -%}
            {%- do rows.append('change.removed.' ~ contract.model) -%}
        {%- endif -%}
        {%- if new | length > 1 -%}
            {%- do rows.append(as_staged(contract, replaced_rows(new))) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return({'goes_on': goes_on, 'rows': rows}) }}
{%- endmacro %}

{#- Where a statement says that somebody lives, or does not, as one text. -#}
{% macro stated_place(statement) -%}
    case when {{ statement }}.lives_here then '' else 'not ' end || {{ place_of(statement) }}
{%- endmacro %}
