{#- Whether a model that keeps what was said goes on from where it stands. A build by change takes in what was delivered since the
    last build; earlier files are read again only in a whole one, and where what was known of the earlier deliveries is
    another. DuckDB only. -#}

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

{#- Whether the deliveries that the last build knew can be asked (see keep_learnt_deliveries). -#}
{% macro knows_last_build() -%}
    {{ return(graph.get('knows_last_build', false)) }}
{%- endmacro %}
