{#- What was learnt when.

    A fact is true from valid_from until before valid_to, and was known from known_from until before known_to; null is
    without end. Known days are delivery dates, not the wall clock (Receipt.known_on). -#}

{#- The deliveries that were ever accepted, as rows of (extract, delivery_id, delivery_date, known_from, known_to, path,
    folded_until: the day of the checkpoint whose files hold what is left of it). -#}
{% macro learnt_deliveries() -%}
    {%- if execute and file_exists(delivery_index_file()) -%}
        select
            extract,
            learnt.delivery_id as delivery_id,
            cast(learnt.delivery_date as date) as delivery_date,
            cast(learnt.known_from as date) as known_from,
            cast(learnt.known_to as date) as known_to,
            learnt.path as path,
            cast(learnt.folded_until as date) as folded_until
        from (
            select department || '.' || extract as extract, unnest(learnt) as learnt
            from read_json({{ sql_text(delivery_index_file()) }}, columns = {
                department: 'varchar', extract: 'varchar',
                learnt: 'struct(
                    delivery_id varchar, delivery_date varchar, known_from varchar, known_to varchar, path varchar,
                    folded_until varchar
                )[]'
            })
        )
    {%- else -%}
        select
            cast(null as varchar) as extract,
            cast(null as varchar) as delivery_id,
            cast(null as date) as delivery_date,
            cast(null as date) as known_from,
            cast(null as date) as known_to,
            cast(null as varchar) as path,
            cast(null as date) as folded_until
        where false
    {%- endif -%}
{%- endmacro %}
