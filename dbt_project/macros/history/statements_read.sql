{#- What the deliveries of registers that are read say, and where they do not say the same. -#}

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

{#- The CTEs read_delivery and span_read, the deliveries read; said, what they say; broken, the statements that not every one of
    them makes; said_on, those with the deliveries that make them. -#}
{% macro statements_read(registers) -%}
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
    )
{%- endmacro %}
