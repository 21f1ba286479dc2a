{#- Statements that several full deliveries make, as runs of deliveries.

    A day belongs to a run where all that was ever known of it, also before a correction, makes the statement. What only some of
    its deliveries say is a run by itself, known while that delivery was. -#}

{#- What register_statement says already of the extracts of which it goes on. -#}
{% macro stood_register_statements(kept) -%}
    {%- if kept -%}
        select * from {{ this }} where extract in ('{{ kept | join("', '") }}')
    {%- else -%}
        select
            {{ row_key(["''"]) }} as row_key,
            cast(null as varchar) as extract,
            cast(null as varchar) as record_key,
            {{ row_key(["''"]) }} as statement_key,
            cast(null as boolean) as is_renewed,
            cast(null as date) as first_delivered_on,
            cast(null as date) as last_delivered_on,
            cast(null as date) as known_from,
            cast(null as date) as known_to,
            cast(null as date) as observed_on,
            cast(null as varchar) as address_text,
            cast(null as varchar) as address_code,
            cast(null as varchar) as grid_code,
            cast(null as boolean) as lives_here
        where false
    {%- endif -%}
{%- endmacro %}

{#- The full extracts of which there are earlier deliveries, with those to read: all, or where the model goes on the last one
    that it has taken in and those that came since, if any did. -#}
{% macro registers_to_read() -%}
    {%- set registers = [] -%}
    {%- for contract in residence_contracts('full') -%}
        {%- set learnt = learnt_of(contract) -%}
        {%- if learnt | length > 1 -%}
            {%- set goes_on = goes_on(contract) -%}
            {%- set new = learnt | selectattr('is_new') | list -%}
            {%- set read = learnt if not goes_on else learnt[-(new | length) - 1:] if new else [] -%}
            {%- do registers.append({
                'contract': contract, 'goes_on': goes_on,
                'ids': read | map(attribute='id') | list, 'paths': read | map(attribute='path') | unique | list,
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(registers) }}
{%- endmacro %}

{#- What the deliveries of registers say. -#}
{% macro statements_of(registers) -%}
    {%- for register in registers %}
    {{ stated_residence(register.contract, as_staged(register.contract, read_accepted(register.paths))) }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    {%- set contract = residence_contracts('full') | first %}
    {{ stated_residence(contract, '(select * from ' ~ ref(contract.model) ~ ' where false)') }}
    {%- endfor -%}
{%- endmacro %}

{#- The CTEs run, one row per statement and run of days, and broken, the statements that have one: those that not every delivery
    read makes. A run that begins with the first delivery read began where the CTE stood says, else with the first of all. -#}
{% macro runs_of_statements(registers) -%}
    read_delivery as (
        select
            learnt_delivery.extract,
            learnt_delivery.delivery_id,
            learnt_delivery.known_from,
            learnt_delivery.known_to,
            day.delivery_date,
            day.known_from as day_known_from,
            day.deliveries,
            day.place
        from {{ ref('learnt_delivery') }} as learnt_delivery
        inner join {{ ref('full_delivery_day') }} as day
            on learnt_delivery.extract = day.extract and learnt_delivery.delivery_date = day.delivery_date
        where
            false
            {% for register in registers %}
            or (
                learnt_delivery.extract = '{{ register.contract.id }}'
                and learnt_delivery.delivery_id in ('{{ register.ids | join("', '") }}')
            )
            {% endfor %}
    ),

    span_read as (
        select
            extract,
            count(*) as deliveries,
            min(delivery_date) as first_date,
            max(delivery_date) as last_date,
            count(distinct place) = max(place) - min(place) + 1 as is_one_run
        from read_delivery
        group by extract
    ),

    said as (
        select distinct
            extract,
            statement_key,
            delivery_id,
            observed_on = delivery_date as is_renewed
        from ({{ statements_of(registers) }}) as stated
        where lives_here is not null
    ),

    broken as (
        select
            said.statement_key,
            said.is_renewed
        from said
        inner join span_read on said.extract = span_read.extract
        group by said.statement_key, said.is_renewed, span_read.deliveries, span_read.is_one_run
        having count(*) < span_read.deliveries or not span_read.is_one_run
    ),

    said_on as (
        select
            said.statement_key,
            said.is_renewed,
            read_delivery.*,
            count(*) over (
                partition by said.statement_key, said.is_renewed, read_delivery.delivery_date
            ) = read_delivery.deliveries as is_whole_day
        from said
        inner join broken on said.statement_key = broken.statement_key and said.is_renewed = broken.is_renewed
        inner join read_delivery on said.extract = read_delivery.extract and said.delivery_id = read_delivery.delivery_id
    ),

    whole_day as (
        select
            *,
            place - dense_rank() over (partition by statement_key, is_renewed order by place nulls last) as island
        from said_on
        where is_whole_day
    ),

    run_read as (
        select
            extract,
            statement_key,
            is_renewed,
            min(delivery_date) as first_date,
            max(delivery_date) as last_date,
            min(day_known_from) as known_from,
            cast(null as date) as known_to,
            true as is_whole_day
        from whole_day
        group by extract, statement_key, is_renewed, island
        union all
        select
            extract,
            statement_key,
            is_renewed,
            delivery_date as first_date,
            delivery_date as last_date,
            known_from,
            known_to,
            false as is_whole_day
        from said_on
        where not is_whole_day
    ),

    begun as (
        select distinct
            statement_key,
            is_renewed,
            first_delivered_on,
            known_from
        from stood
        where last_delivered_on is null
    ),

    run as (
        select
            run_read.extract,
            run_read.statement_key,
            run_read.is_renewed,
            coalesce(begun.first_delivered_on, first_day.delivery_date, run_read.first_date) as first_delivered_on,
            case
                when run_read.known_to is not null or run_read.last_date < span_read.last_date then run_read.last_date
            end as last_delivered_on,
            coalesce(begun.known_from, first_day.known_from, run_read.known_from) as known_from,
            run_read.known_to
        from run_read
        inner join span_read on run_read.extract = span_read.extract
        left join begun
            on
                run_read.statement_key = begun.statement_key
                and run_read.is_renewed = begun.is_renewed
                and run_read.first_date = span_read.first_date
        left join {{ ref('full_delivery_day') }} as first_day
            on
                run_read.extract = first_day.extract
                and first_day.is_first
                and run_read.first_date = span_read.first_date
                and run_read.is_whole_day
    )
{%- endmacro %}
