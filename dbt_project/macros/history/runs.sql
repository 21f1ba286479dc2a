{#- Statements that several full deliveries make, as runs of deliveries.

    A day belongs to a run where all that was ever known of it, also before a correction, makes the statement. What only some of
    its deliveries say is a run by itself, known while that delivery was. -#}

{#- The CTE run, one row per broken statement and run of days, made of those that statements_read gives. A run that begins with
    the first delivery read began where the CTE stood says, else with the first of all. -#}
{% macro runs_of_statements() -%}
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
