{#- What rows say of where somebody lives, be they as delivered or as staged. -#}

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

{#- Where a statement says that somebody lives, or does not, as one text. -#}
{% macro stated_place(statement) -%}
    case when {{ statement }}.lives_here then '' else 'not ' end || {{ place_of(statement) }}
{%- endmacro %}
